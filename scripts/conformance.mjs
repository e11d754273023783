// @ts-check
// Writes docs/conformance.md from the results of the last `npm test`.
import { readCatalogue, readLastRun, writePage } from './conformance-files.mjs'
import { renderPage } from './conformance-page.mjs'
import { findProblems } from './conformance-proofs.mjs'
import { fail } from './conformance-report.mjs'

const groups = readCatalogue()
const tests = readLastRun()
const problems = tests ? findProblems(groups, tests) : ['There are no results yet: run `npm test` first']
if (tests && problems.length === 0) {
  writePage(renderPage(groups, tests))
  console.log('docs/conformance.md is written')
} else {
  fail([...problems, 'docs/conformance.md was left as it was'])
}
