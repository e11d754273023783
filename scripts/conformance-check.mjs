// @ts-check
// Claim: every row has a test or a reason, and docs/conformance.md names the tests that there are. Whether they pass is for `npm test`.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCatalogue, readPage } from './conformance-files.mjs'
import { problemsWith } from './conformance-page.mjs'
import { fail } from './conformance-report.mjs'
import { listedEndToEndTests, listedUnitTests } from './conformance-tests.mjs'

const root = join(import.meta.dirname, '..')
const lists = mkdtempSync(join(tmpdir(), 'latchkey-list-'))

try {
  const tests = (await Promise.all([listUnitTests(), listEndToEndTests()])).flat()
  const problems = problemsWith(readPage(), readCatalogue(), tests, 'run `npm test`, then `npm run conformance`')
  if (problems.length > 0) fail(problems)
  else console.log(`docs/conformance.md is up to date with ${tests.length} tests`)
} catch (error) {
  fail([error instanceof Error ? error.message : String(error)])
} finally {
  rmSync(lists, { recursive: true })
}

/** Nothing runs but the tables that the titles come from, so the files may share one world: that takes a quarter of the time. */
async function listUnitTests() {
  const file = join(lists, 'unit.json')
  return listedUnitTests(await list(file, ['vitest', 'list', `--json=${file}`, '--no-isolate', '--pool=threads']))
}

async function listEndToEndTests() {
  const file = join(lists, 'e2e.json')
  return listedEndToEndTests(await list(file, ['playwright', 'test', '--list', '--reporter=json']))
}

/** @param {string} file @param {string[]} args @returns {Promise<any>} */
function list(file, args) {
  const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: file }
  const runner = spawn('npx', args, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  })
  let said = ''
  for (const stream of [runner.stdout, runner.stderr])
    stream.on('data', (text) => {
      said += text
    })
  return new Promise((resolve, reject) => {
    runner.on('error', reject)
    runner.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(readFileSync(file, 'utf8')))
      else reject(new Error(`npx ${args.join(' ')} failed\n${said}`))
    })
  })
}
