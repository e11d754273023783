// @ts-check
import { idsIn } from './conformance-tests.mjs'

/** @typedef {import('./conformance-rows.mjs').Group} Group */
/** @typedef {import('./conformance-tests.mjs').Test} Test */

/**
 * The tests of each row, in an order that does not depend on how they were run. A title that a file has several times is one
 * test, which passed if all of them did.
 * @param {Test[]} tests
 * @returns {Map<string, Test[]>}
 */
export function testsByRow(tests) {
  /** @type {Map<string, Test>} */
  const unique = new Map()
  for (const test of tests) {
    const key = `${test.file}\n${test.title}`
    unique.set(key, { ...test, passed: test.passed && (unique.get(key)?.passed ?? true) })
  }
  /** @type {Map<string, Test[]>} */
  const byRow = new Map()
  for (const [, test] of [...unique].sort(([a], [b]) => (a < b ? -1 : 1)))
    for (const id of idsIn(test.title)) byRow.set(id, [...(byRow.get(id) ?? []), test])
  return byRow
}

/**
 * What keeps the page from being true, each as a sentence.
 * @param {Group[]} groups
 * @param {Test[]} tests
 */
export function findProblems(groups, tests) {
  const byRow = testsByRow(tests)
  const rows = groups.flatMap((group) => group.rows)
  const ids = new Set(rows.map(({ id }) => id))
  const problems = new Set()
  for (const [id, named] of byRow)
    for (const { file, title, passed } of named) {
      if (!ids.has(id)) problems.add(`${id} is no row of the catalogue: ${file}: ${title}`)
      if (!passed) problems.add(`A test of a row did not pass: ${file}: ${title}`)
    }
  for (const { id, reason, partly } of rows) {
    const isTested = byRow.has(id)
    if (reason && isTested) problems.add(`${id} has a test by now: delete its reason, or say what is open as "partly"`)
    if (partly && !isTested) problems.add(`${id} has no test: it is not even partly proven`)
    if (!reason && !partly && !isTested) problems.add(`${id} has neither a test nor a reason`)
  }
  return [...problems]
}
