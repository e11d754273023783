// @vitest-environment node
import { breaks } from 'latchkey/testing'
import { expect, it, vi } from 'vitest'
import { signedIn } from './browser.ts'
import { advance } from './clock.ts'
import { refreshesAt, renewalOf } from './refreshing.ts'

it('G13 an app that calls retry() as soon as it hears of the trouble: the next attempt comes all the same', async () => {
  const stage = await signedIn()
  stage.auth.subscribe((state) => renewalOf(state) === 'degraded' && stage.auth.retry())
  stage.provider.faults.token.once(breaks)
  await advance(3_600_000)
  expect(refreshesAt(stage).length).toBeGreaterThan(1)
  expect(renewalOf(stage.auth.state)).toBe('fresh')
})

it('L07 an app that signs out as soon as it hears of the trouble: no timer is left', async () => {
  const stage = await signedIn()
  stage.auth.subscribe((state) => renewalOf(state) === 'degraded' && void stage.auth.logout())
  stage.provider.faults.token.once(breaks)
  await advance(560_000)
  expect(stage.auth.state.status).toBe('signed-out')
  expect(vi.getTimerCount()).toBe(0)
})
