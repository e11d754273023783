// @ts-check
import { join, relative } from 'node:path'

/**
 * A test as a runner reports it; the title begins with those of the blocks around it.
 * @typedef {{ file: string, title: string, passed: boolean }} Test
 */

const root = join(import.meta.dirname, '..')
const ROW_ID = /(?<![\w%])[A-M]\d\d(?!\w)/g

/** The rows that a title names. @param {string} title */
export const idsIn = (title) => new Set(title.match(ROW_ID) ?? [])

/** Reads Vitest's JSON report. @param {any} report @returns {Test[]} */
export function unitTests(report) {
  return (report?.testResults ?? []).flatMap((/** @type {any} */ { name, assertionResults }) =>
    assertionResults.map((/** @type {any} */ { ancestorTitles, title, status }) =>
      test(name, [...ancestorTitles, title], status === 'passed'),
    ),
  )
}

/** Reads what `vitest list --json` answers: no test has failed yet. @param {any} list @returns {Test[]} */
export const listedUnitTests = (list) => list.map((/** @type {any} */ { file, name }) => test(file, [name], true))

/** Reads Playwright's JSON report. @param {any} report @returns {Test[]} */
export const endToEndTests = (report) =>
  allSpecs(report, ({ tests }) =>
    tests.every(
      (/** @type {any} */ { status, results }) =>
        /^(expected|flaky)$/.test(status) && results.at(-1)?.status === 'passed',
    ),
  )

/** Reads the report of `playwright test --list`: no test has failed yet. @param {any} report @returns {Test[]} */
export const listedEndToEndTests = (report) => allSpecs(report, () => true)

/** @param {any} report @param {(spec: any) => boolean} passed @returns {Test[]} */
function allSpecs(report, passed) {
  /** @type {(suite: any, above: string[]) => Test[]} */
  const specsOf = ({ specs = [], suites = [] }, above) => [
    ...specs.map((/** @type {any} */ spec) =>
      test(join(report.config.rootDir, spec.file), [...above, spec.title], passed(spec)),
    ),
    ...suites.flatMap((/** @type {any} */ suite) => specsOf(suite, [...above, suite.title])),
  ]
  return (report?.suites ?? []).flatMap((/** @type {any} */ file) => specsOf(file, []))
}

/** @param {string} file @param {string[]} titles @param {boolean} passed @returns {Test} */
const test = (file, titles, passed) => ({
  file: relative(root, file).replaceAll('\\', '/'),
  title: titles.join(' > '),
  passed,
})
