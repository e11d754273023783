// @ts-check

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

/**
 * Reads Vitest's JSON report. A file that failed before its first test counts as one failure.
 * @param {number | null} status
 * @param {any} report
 * @returns {Count}
 */
export function countUnit(status, report) {
  const files = report?.testResults ?? []
  const broken = files.filter(
    (/** @type {any} */ file) => file.status === 'failed' && file.assertionResults.length === 0,
  )
  return trust(status, {
    passed: report?.numPassedTests ?? 0,
    failed: (report?.numFailedTests ?? 0) + broken.length,
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
  })
}

/**
 * Reads Playwright's JSON report. A test that passed only when repeated has failed.
 * @param {number | null} status
 * @param {any} report
 * @returns {Count}
 */
export function countEndToEnd(status, report) {
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = report?.stats ?? {}
  return trust(status, { passed: expected, failed: unexpected + flaky, skipped })
}

/**
 * A runner that ran nothing, or gave up without naming a test, has failed once.
 * @param {number | null} status
 * @param {Count} count
 * @returns {Count}
 */
function trust(status, count) {
  const silent = count.failed === 0 && (status !== 0 || count.passed === 0)
  return silent ? { ...count, failed: 1 } : count
}
