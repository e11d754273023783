// @vitest-environment node
import { breaks, hangs } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API } from '../api-calls.ts'
import { advance } from '../clock.ts'
import { refusal } from '../outcome.ts'
import { watch } from '../refreshing.ts'
import { type Device, signedInOn } from './device.ts'
import { throttleTimers } from './throttle-timers.ts'

const MINUTE = 60_000
const HALF_AN_HOUR = 30 * MINUTE

describe('A page in the background, whose timers fire once a minute', () => {
  const inBackground = async (...script: Parameters<typeof signedInOn>): Promise<Device> => {
    throttleTimers()
    return signedInOn(...script)
  }

  it.each([20, 90, 600])('G22 stays signed in with tokens of %i s, and sends none that is over', async (lifetime) => {
    const device = await inBackground(0, { provider: { lifetime } })
    const seen = watch(device)
    for (let minutes = 0; minutes < 30; minutes += 5) {
      await advance(5 * MINUTE - 7_000)
      expect((await device.auth.authFetch(API)).status).toBe(200)
      await advance(7_000)
    }
    expect(device.refused).toEqual([])
    expect(seen).toEqual([])
    // One for each minute at the most, and one for each call.
    expect(device.asked.length - 1).toBeLessThanOrEqual(Math.min(36, 1_800_000 / (lifetime * 750) + 6))
  })

  it('G15, G22 does not hammer a provider that is down, and is back soon after somebody has called', async () => {
    const device = await inBackground(0)
    device.provider.faults.token.always(breaks)
    await advance(20 * MINUTE)
    const before = device.asked.length
    await advance(HALF_AN_HOUR)
    expect(device.asked.length).toBeGreaterThan(before)
    expect(device.asked.length - before).toBeLessThanOrEqual(30)
    expect((await refusal(device.auth.authFetch(API))).code).toBe('network')
    device.provider.faults.token.never()
    await advance(2 * MINUTE)
    expect((await device.auth.authFetch(API)).status).toBe(200)
  })

  it('G14 refuses a call that nobody answers within four minutes', async () => {
    const device = await inBackground(0, { options: { patience: 5_000 } })
    device.provider.faults.token.always(hangs)
    device.sleep(601_000)
    const call = refusal(device.auth.authFetch(API))
    await advance(4 * MINUTE)
    expect((await call).code).toBe('timeout')
    expect(device.auth.state.status).toBe('signed-in')
  })
})
