// @ts-check
import { spawnSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'

/**
 * Each script with the claim that turns false when it fails.
 * @type {Record<string, string>}
 */
export const CLAIMS = {
  'check:types': 'the types hold',
  'check:lint': 'the code is formatted and free of known mistakes',
  'check:layers': 'every file imports only what it may know',
  'check:unused': 'no file, export or dependency lies unused',
  'check:package': 'the packed package can be installed and imported',
  'check:conformance': 'docs/conformance.md says what the tests prove',
  'check:size': 'a page loads no more than its budget',
}

/** Runs every check, even after one that fails; shows the output of those alone. */
export function runChecks(claims = CLAIMS) {
  let failed = 0
  for (const [script, claim] of Object.entries(claims)) {
    const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', script], {
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
      shell: process.platform === 'win32',
    })
    if (status !== 0) failed += 1
    console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${script.padEnd(17)} ${claim}`)
    if (status !== 0 || script === 'check:size') console.log(`${stdout}${stderr}`.trimEnd().replace(/^/gm, '         '))
  }
  return { passed: Object.keys(claims).length - failed, failed }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { passed, failed } = runChecks({ build: 'the library builds', ...CLAIMS })
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed > 0 ? 1 : 0
}
