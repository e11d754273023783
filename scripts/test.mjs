// @ts-check
// Everything, from a fresh clone: packages, a browser, the build, the checks, unit and end-to-end tests.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runChecks } from './check.mjs'
import { installBrowser } from './install-browser.mjs'
import { installPackages } from './install-packages.mjs'
import { countEndToEnd, countUnit } from './test-reports.mjs'

process.chdir(join(import.meta.dirname, '..'))
const reports = mkdtempSync(join(tmpdir(), 'latchkey-test-'))
const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: join(reports, 'e2e.json') }

/** @type {[name: string, run: () => import('./test-reports.mjs').Count][]} */
const STEPS = [
  ['checks', () => ({ ...runChecks(), skipped: 0 })],
  ['unit tests', runUnitTests],
  ['end-to-end tests', runEndToEndTests],
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

function runUnitTests() {
  const report = join(reports, 'unit.json')
  const status = run('npx', ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`])
  return countUnit(status, read(report))
}

function runEndToEndTests() {
  const status = run('npx', ['playwright', 'test', '--reporter=list,json'])
  return countEndToEnd(status, read(join(reports, 'e2e.json')))
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
