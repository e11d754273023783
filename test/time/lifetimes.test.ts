// @vitest-environment node
import { changes, delays, held } from 'latchkey/testing'
import { describe, expect, it, vi } from 'vitest'
import { API } from '../api-calls.ts'
import { advance, settled } from '../clock.ts'
import { HOMES } from '../homes/home.ts'
import { type Device, signedInOn } from './device.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** What a call is answered while the clock runs on. */
async function statusOf({ auth }: Device): Promise<number> {
  let isUnderWay = true
  const call = auth.authFetch(API).finally(() => {
    isUnderWay = false
  })
  while (isUnderWay) await advance(500)
  return (await call).status
}

describe('A token that took long to come', () => {
  it('G23 a third of its life: every call succeeds, and the API refuses each token once at the most', async () => {
    const device = await signedInOn(0, { provider: { lifetime: 20 } })
    device.provider.faults.token.always(delays(6_000))
    for (let call = 0; call < 30; call += 1) {
      expect(await statusOf(device)).toBe(200)
      await advance(1_500)
    }
    expect(device.refused.length).toBeLessThanOrEqual(device.asked.length - 1)
    expect(device.provider.reuses()).toBe(0)
  })

  it('G22 since the device slept: the API refuses it once at the most, and the call succeeds', async () => {
    const device = await signedInOn(0)
    const answer = held()
    device.provider.faults.token.once(answer)
    device.sleep(601_000)
    const call = device.auth.authFetch(API)
    await answer.asked
    await settled()
    device.sleep(8 * HOUR)
    answer.release()
    expect((await call).status).toBe(200)
    expect(device.refused.length).toBeLessThanOrEqual(1)
    expect(device.asked.length - 1).toBeLessThanOrEqual(2)
  })
})

describe.each(HOMES)('%s: A renewed token', (home) => {
  const renewedWith = async (expires_in: unknown) => {
    const device = await signedInOn(0, { home })
    device.provider.faults.token.always(changes((body) => ({ ...body, expires_in })))
    await advance(541_000)
    expect(device.asked.length).toBeGreaterThan(1)
    return { device, before: device.asked.length }
  }

  it.each([
    ['0 s', 0],
    ['"1" s', '1'],
  ])('G26 that lives for %s is good for every call, and one refresh a second at the most', async (_, expires_in) => {
    const { device, before } = await renewedWith(expires_in)
    for (let call = 0; call < 30; call += 1) {
      expect((await device.auth.authFetch(API)).status).toBe(200)
      await advance(100)
    }
    expect(device.asked.length - before).toBeGreaterThanOrEqual(2)
    expect(device.asked.length - before).toBeLessThanOrEqual(3)
  })

  it.each([
    ['25 days', 25 * 86_400],
    ['"90 days"', `${90 * 86_400}`],
    ['as long as nobody knows', undefined],
  ])('G25 that lives for %s is renewed neither now nor when the longest timer rings', async (_, expires_in) => {
    const { device, before } = await renewedWith(expires_in)
    // A browser lets a longer one ring at once, again and again.
    const timers = vi.spyOn(globalThis, 'setTimeout')
    await advance(MINUTE)
    expect(timers.mock.calls.length).toBeLessThan(60)
    expect(device.asked.length).toBe(before)
    device.sleep(15 * 86_400_000)
    await advance(MINUTE)
    expect(device.asked.length).toBe(before)
    // The API's own opinion is that it was good for ten minutes.
    expect((await device.auth.authFetch(API)).status).toBe(200)
    expect([device.asked.length, device.refused.length]).toEqual([before + 1, 1])
  })
})
