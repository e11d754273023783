// @vitest-environment node
import { asksToWait, breaks } from 'latchkey/testing'
import { describe, expect, it, vi } from 'vitest'
import { API } from '../api-calls.ts'
import { advance, settled } from '../clock.ts'
import { refusal } from '../outcome.ts'
import { wake } from '../refreshing.ts'
import { type Device, signedInOn } from './device.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const JUMPS = [-DAY, -HOUR, HOUR, DAY]

/** Signed in, and the provider has refused twice in passing; answers how often it has been asked since. */
async function degraded(off = 0): Promise<{ device: Device; attempts: () => number }> {
  const device = await signedInOn(0)
  device.provider.faults.token.always(breaks)
  await advance(600_000)
  device.setClock(off)
  const before = device.asked.length
  return { device, attempts: () => device.asked.length - before }
}

describe('A clock that is set while the library backs off', () => {
  it.each(JUMPS)('G23 by %i ms: makes no attempt more or less in half an hour', async (off) => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const undisturbed = await degraded()
    await advance(30 * MINUTE)
    const usual = undisturbed.attempts()
    undisturbed.device.tab.close()
    const { device, attempts } = await degraded(off)
    await advance(30 * MINUTE)
    expect(usual).toBeGreaterThanOrEqual(3)
    expect(attempts()).toBe(usual)
    expect(device.auth.state.status).toBe('signed-in')
  })

  it.each(JUMPS)('G23 by %i ms, again and again, with calls at any time: no storm', async (off) => {
    const { device, attempts } = await degraded()
    for (let turn = 0; turn < 20; turn += 1) {
      device.setClock(turn % 2 ? off : 0)
      for (let call = 0; call < 5; call += 1) {
        expect((await refusal(device.auth.authFetch(API))).code).toBe('network')
      }
    }
    // At most one for each time that the clock goes forward, as if the pause were over.
    expect(attempts()).toBeLessThanOrEqual(11)
    expect(device.provider.requestsTo('api')).toEqual([])
  })

  it.each(JUMPS)('G23 by %i ms: the end of the outage is noticed within ten minutes', async (off) => {
    const { device } = await degraded(off)
    device.provider.faults.token.never()
    await advance(10 * MINUTE)
    expect(device.auth.state).toMatchObject({ status: 'signed-in', renewal: { status: 'fresh' } })
  })
})

describe('A provider that asks to be left alone', () => {
  /** Milliseconds from being told so to the next attempt, for a token that is over. */
  async function pauseAfter(retryAfter: (device: Device) => string | number, off: number, then = off): Promise<number> {
    const device = await signedInOn(0)
    device.setClock(off)
    device.sleep(601_000, 'runs')
    device.provider.faults.token.always(asksToWait(retryAfter(device), 503))
    wake(device.tab)
    await settled()
    device.setClock(then)
    const told = device.asked.length
    while (device.asked.length === told) await advance(5_000)
    return (device.asked[told] ?? 0) - (device.asked[told - 1] ?? 0)
  }
  const until = (device: Device) => new Date(device.rightTime() + 2 * MINUTE).toUTCString()

  it.each([-60_000, 0, 60_000])(
    'C23 until a date, on a device that is %i ms off: is, give or take that',
    async (off) => {
      const pause = await pauseAfter(until, off)
      expect(pause).toBeGreaterThan(2 * MINUTE - off - 5_000)
      expect(pause).toBeLessThanOrEqual(2 * (2 * MINUTE - off))
    },
  )

  it.each([-DAY, -HOUR])(
    'C23 until a date, on a device that is %i ms off: for ten minutes at the most',
    async (off) => {
      const pause = await pauseAfter(until, off)
      expect(pause).toBeGreaterThanOrEqual(5 * MINUTE)
      expect(pause).toBeLessThanOrEqual(10 * MINUTE)
    },
  )

  it.each([HOUR, DAY])('C23 until a date, on a device that is %i ms off: is asked again by back-off', async (off) => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    expect(await pauseAfter(until, off)).toBe(2_000)
  })

  it.each([-DAY, -HOUR])(
    'C23 for two minutes, and the clock is then set by %i ms: is, and not for longer',
    async (by) => {
      const pause = await pauseAfter(() => 120, 0, by)
      expect(pause).toBeGreaterThanOrEqual(2 * MINUTE)
      expect(pause).toBeLessThanOrEqual(4 * MINUTE)
    },
  )

  it.each([HOUR, DAY])(
    'C23 for two minutes, and the clock is then set by %i ms: is asked once before that',
    async (by) => {
      const device = await signedInOn(0)
      device.sleep(601_000)
      device.provider.faults.token.always(asksToWait(120, 503))
      wake(device.tab)
      await settled()
      device.setClock(by)
      const told = device.asked.length
      for (let second = 0; second < 110; second += 10) {
        wake(device.tab)
        await advance(10_000)
      }
      expect(device.asked.length - told).toBe(1)
    },
  )
})
