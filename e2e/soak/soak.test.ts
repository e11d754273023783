import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'

const script = join(import.meta.dirname, '../../scripts/soak.mjs')

/** As `npm run soak`, which throws the dice itself and takes its time. In a process of its own: a test that notes each of its steps is slow. */
async function soakIn(home: string): Promise<string> {
  const options = ['--home', home, '--seed', '1', '--lifetimes', '25']
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...options])
  return stdout
}

for (const home of ['page', 'shared-worker'])
  test(`G11 G13 G15 G18 G22 G23 L07 hours of faults that pass, in virtual time: signed in, no token request without a reason, nothing left behind: ${home}`, async () => {
    // A fifth of that where the machine has nothing else to do.
    test.setTimeout(120_000)
    expect(await soakIn(home)).toContain('every claim holds')
  })
