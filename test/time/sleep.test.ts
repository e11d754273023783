// @vitest-environment node
import { asksToWait, breaks } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API } from '../api-calls.ts'
import { advance, settled } from '../clock.ts'
import { renewalOf, wake, watch } from '../refreshing.ts'
import { signedInOn } from './device.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const EIGHT_HOURS = 8 * HOUR

const MONOTONIC = ['stands', 'runs'] as const

describe.each(MONOTONIC)('While the device sleeps the monotonic clock %s', (monotonic) => {
  it.each([-HOUR, 0, HOUR])(
    'G22, G23 a night, and the clock is set by %i ms: one refresh, no expired token',
    async (off) => {
      const device = await signedInOn(0)
      const seen = watch(device)
      device.sleep(EIGHT_HOURS, monotonic)
      device.setClock(off)
      wake(device.tab, 'pageshow')
      const calls = await Promise.all(Array.from({ length: 5 }, () => device.auth.authFetch(API)))
      expect(calls.map(({ status }) => status)).toEqual(Array(5).fill(200))
      await advance(MINUTE)
      expect(device.asked).toHaveLength(2)
      expect(device.refused).toEqual([])
      expect(seen).toEqual([])
    },
  )

  it('G22 a night, and nothing tells the page of the morning: the first call renews', async () => {
    const device = await signedInOn(0)
    device.sleep(EIGHT_HOURS, monotonic)
    expect((await device.auth.authFetch(API)).status).toBe(200)
    expect([device.asked.length, device.refused]).toEqual([2, []])
  })

  it('G22 a night, and nothing but the timer that was due: it renews', async () => {
    const device = await signedInOn(0)
    device.sleep(EIGHT_HOURS, monotonic)
    await advance(540_000)
    expect([device.asked.length, device.refused]).toEqual([2, []])
  })

  it('G22 ten naps of five minutes: as many renewals as lives have passed', async () => {
    const device = await signedInOn(0)
    for (let nap = 0; nap < 10; nap += 1) {
      device.sleep(5 * MINUTE, monotonic)
      wake(device.tab)
      await settled()
      expect((await device.auth.authFetch(API)).status).toBe(200)
    }
    expect(device.refused).toEqual([])
    expect(device.asked.length - 1).toBeGreaterThanOrEqual(5)
    expect(device.asked.length - 1).toBeLessThanOrEqual(6)
  })

  it('G13, G22 a night during an outage that is over in the morning: one attempt, and fresh', async () => {
    const device = await signedInOn(0)
    device.provider.faults.token.always(breaks)
    await advance(700_000)
    const seen = watch(device)
    const before = device.asked.length
    device.sleep(EIGHT_HOURS, monotonic)
    device.provider.faults.token.never()
    expect((await device.auth.authFetch(API)).status).toBe(200)
    expect(device.asked.length - before).toBe(1)
    expect(seen.map(renewalOf)).toEqual(['fresh'])
  })

  it('C23, G22 a night after a provider has asked to wait: that is over, too', async () => {
    const device = await signedInOn(0)
    device.provider.faults.token.once(asksToWait(300))
    await advance(545_000)
    expect(device.auth.state).toMatchObject({ renewal: { status: 'degraded' } })
    const before = device.asked.length
    device.sleep(EIGHT_HOURS, monotonic)
    wake(device.tab)
    await settled()
    expect(device.asked.length - before).toBe(1)
    expect((await device.auth.authFetch(API)).status).toBe(200)
  })
})

it('G22, G23 a clock that is set back while nothing counts: the API refuses one token, and the call succeeds', async () => {
  const device = await signedInOn(0)
  device.sleep(EIGHT_HOURS, 'stands')
  device.setClock(-EIGHT_HOURS)
  for (let call = 0; call < 5; call += 1) expect((await device.auth.authFetch(API)).status).toBe(200)
  expect(device.refused).toHaveLength(1)
  expect(device.asked).toHaveLength(2)
})
