// @ts-check
import { spawnSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'

/** Each script with the claim that turns false when it fails. */
const CLAIMS = {
  'check:types': 'the types hold',
  'check:lint': 'the code is formatted and free of known mistakes',
  'check:layers': 'every file imports only what it may know',
  'check:unused': 'no file, export or dependency lies unused',
  'check:package': 'the packed package can be installed and imported',
  'check:size': 'a page loads no more than its budget',
}

/** Runs every check, even after one that fails; shows the output of those alone. */
export function runChecks() {
  let failed = 0
  for (const [script, claim] of Object.entries(CLAIMS)) {
    const { status, stdout, stderr } = runScript(script)
    if (status !== 0) failed += 1
    console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${script.padEnd(14)} ${claim}`)
    if (status !== 0 || script === 'check:size') console.log(`${stdout}${stderr}`.trimEnd().replace(/^/gm, '         '))
  }
  return { passed: Object.keys(CLAIMS).length - failed, failed }
}

/** @param {string} script */
function runScript(script) {
  const shell = process.platform === 'win32'
  return spawnSync('npm', ['run', '--silent', script], { encoding: 'utf8', shell, maxBuffer: 64 * 1024 * 1024 })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const build = runScript('build')
  if (build.status !== 0) console.log(`${build.stdout}${build.stderr}`)
  const { passed, failed } = runChecks()
  console.log(`${passed} passed, ${failed} failed`)
  if (failed > 0 || build.status !== 0) process.exitCode = 1
}
