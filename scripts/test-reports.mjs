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

const ONE_IN_A_HUNDRED = 0.01

/**
 * Reads Playwright's JSON report. A browser on a busy machine may need a second try, which the runner lists as flaky: one test in a
 * hundred. Where it is more, none of those has passed.
 * @param {number | null} status
 * @param {any} report
 * @returns {Count}
 */
export function countEndToEnd(status, report) {
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = report?.stats ?? {}
  const isMuch = flaky > (expected + flaky) * ONE_IN_A_HUNDRED
  return trust(status, {
    passed: expected + (isMuch ? 0 : flaky),
    failed: unexpected + (isMuch ? flaky : 0),
    skipped,
  })
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
