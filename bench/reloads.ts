import type { World } from './world.ts'

const RELOADS = 25

/** Milliseconds from the call of `start()` to signed-in on a page that was reloaded, at the median. */
export async function measureReloads({ page }: World): Promise<number> {
  const took: number[] = []
  while (took.length < RELOADS) {
    await page.reload()
    await page.getByText('signed in as ada').waitFor()
    took.push(await page.evaluate(() => window.harness.startTook ?? Number.NaN))
  }
  return took.sort((a, b) => a - b)[Math.floor(RELOADS / 2)] ?? Number.NaN
}
