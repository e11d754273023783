// @vitest-environment node
import { expect, it } from 'vitest'
import { signedIn } from '../browser.ts'
import { advance } from '../clock.ts'

it('J01 a logout long after one that was stopped on its way is one of its own', async () => {
  const { auth, tab } = await signedIn()
  expect(await auth.logout()).toBe('provider')
  await advance(60_000)
  expect(await auth.logout()).toBe('local')
  expect(tab.departures.slice(1)).toHaveLength(1)
})
