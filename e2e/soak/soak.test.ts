import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'

const script = join(import.meta.dirname, '../../scripts/soak.mjs')
const FOUR_MINUTES = 240_000

interface Outcome {
  readonly code: unknown
  /** What it has printed, whether it has failed or not. */
  readonly said: string
}

/** As `npm run soak`, which throws the dice itself and takes its time. In a process of its own: a test that notes each of its steps is slow. */
const soakIn = (home: string): Promise<Outcome> =>
  new Promise((resolve) => {
    const options = [script, '--home', home, '--seed', '1', '--lifetimes', '25']
    execFile(process.execPath, options, { timeout: FOUR_MINUTES }, (error, ...said) =>
      resolve({ code: error ? (error.code ?? error.signal) : 0, said: said.join('\n') }),
    )
  })

for (const home of ['page', 'shared-worker'])
  test(`G11 G13 G15 G18 G22 G23 L07 hours of faults that pass, in virtual time: signed in, no token request without a reason, nothing left behind: ${home}`, async () => {
    // A twentieth of that where the machine has nothing else to do.
    test.setTimeout(FOUR_MINUTES + 10_000)
    const { code, said } = await soakIn(home)
    expect(code, said).toBe(0)
    expect(said).toContain('every claim holds')
  })
