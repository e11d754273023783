// @ts-check
// Everything, from a fresh clone: packages, a browser, the build, the checks, unit and end-to-end tests.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CLAIMS, runChecks } from './check.mjs'
import { keepLastRun, readCatalogue, readPage } from './conformance-files.mjs'
import { problemsWith } from './conformance-page.mjs'
import { fail } from './conformance-report.mjs'
import { endToEndTests, unitTests } from './conformance-tests.mjs'
import { installBrowser } from './install-browser.mjs'
import { installPackages } from './install-packages.mjs'
import { countEndToEnd, countUnit } from './test-reports.mjs'

process.chdir(join(import.meta.dirname, '..'))
const reports = mkdtempSync(join(tmpdir(), 'latchkey-test-'))
const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: join(reports, 'e2e.json') }

/** @type {import('./conformance-tests.mjs').Test[]} */
const tests = []

/** @type {[name: string, run: () => import('./test-reports.mjs').Count][]} */
const STEPS = [
  ['checks', runOtherChecks],
  ['unit tests', runUnitTests],
  ['end-to-end tests', runEndToEndTests],
  ['conformance', verifyConformance],
]

try {
  prepare()
  summarise(
    STEPS.map(([name, run]) => {
      heading(name)
      return { name, ...run() }
    }),
  )
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  summarise([{ name: 'preparation', passed: 0, failed: 1, skipped: 0 }])
} finally {
  rmSync(reports, { recursive: true })
}

function prepare() {
  installPackages()
  console.log(`Browser: ${installBrowser()}`)
  if (run('npm', ['run', '--silent', 'build']) !== 0) throw new Error('The library does not build')
}

function runOtherChecks() {
  // What that one says of the tests by their titles is said below by their results.
  const { 'check:conformance': _, ...others } = CLAIMS
  return { ...runChecks(others), skipped: 0 }
}

function runUnitTests() {
  const file = join(reports, 'unit.json')
  const status = run('npx', ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`])
  const report = read(file)
  tests.push(...unitTests(report))
  return countUnit(status, report)
}

function runEndToEndTests() {
  const status = run('npx', ['playwright', 'test', '--reporter=list,json'])
  const report = read(join(reports, 'e2e.json'))
  tests.push(...endToEndTests(report))
  return countEndToEnd(status, report)
}

function verifyConformance() {
  keepLastRun(tests)
  const problems = problemsWith(readPage(), readCatalogue(), tests, 'run `npm run conformance`')
  if (problems.length > 0) fail(problems)
  else console.log('docs/conformance.md says what these tests prove')
  return { passed: problems.length > 0 ? 0 : 1, failed: problems.length > 0 ? 1 : 0, skipped: 0 }
}

/** @param {({ name: string } & import('./test-reports.mjs').Count)[]} counts */
function summarise(counts) {
  heading('summary')
  for (const { name, passed, failed, skipped } of counts) {
    console.log(`${name.padEnd(18)} ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  }
  const failed = counts.reduce((sum, one) => sum + one.failed, 0)
  console.log(`${counts.reduce((sum, one) => sum + one.passed, 0)} passed, ${failed} failed`)
  process.exitCode = failed > 0 ? 1 : 0
}

/** @param {string} name */
function heading(name) {
  console.log(`\n── ${name}`)
}

/** @param {string} command @param {string[]} args */
function run(command, args) {
  return spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env, shell: process.platform === 'win32' })
    .status
}

/** @param {string} file */
function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined // the runner died before it could report
  }
}
