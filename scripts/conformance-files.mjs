// @ts-check
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseCatalogue } from './conformance-rows.mjs'

/** @typedef {import('./conformance-tests.mjs').Test} Test */

const root = join(import.meta.dirname, '..')
const ROWS = join(root, 'docs/conformance/rows.jsonl')
const PAGE = join(root, 'docs/conformance.md')
const LAST_RUN = join(root, 'node_modules/.cache/latchkey/tests.json')

export const readCatalogue = () => parseCatalogue(readFileSync(ROWS, 'utf8'))

export const readPage = () => (existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '')

/** @param {string} page */
export const writePage = (page) => writeFileSync(PAGE, page)

/** Keeps how the tests of `npm test` ended. @param {Test[]} tests */
export function keepLastRun(tests) {
  mkdirSync(dirname(LAST_RUN), { recursive: true })
  writeFileSync(LAST_RUN, JSON.stringify(tests))
}

/** @returns {Test[] | undefined} */
export const readLastRun = () => (existsSync(LAST_RUN) ? JSON.parse(readFileSync(LAST_RUN, 'utf8')) : undefined)
