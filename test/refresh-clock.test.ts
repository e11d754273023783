// @vitest-environment node

import { breaks, changes } from 'latchkey/testing'
import { describe, expect, it, vi } from 'vitest'
import { API } from './api-calls.ts'
import { backFromProvider, signedIn } from './browser.ts'
import { advance, settled, sleep } from './clock.ts'
import { refreshesAt, wake } from './refreshing.ts'

describe('The clock', () => {
  it('G22 after hours of sleep: one refresh, no expired token, no burst', async () => {
    const stage = await signedIn()
    sleep(8 * 3_600_000)
    wake(stage.tab, 'pageshow')
    const response = await stage.auth.authFetch(API)
    expect(response.status).toBe(200)
    await advance(60_000)
    expect(refreshesAt(stage)).toHaveLength(1)
    expect(stage.provider.requestsTo('api')).toHaveLength(1)
  })

  it('G22 looks when the page becomes visible again', async () => {
    const stage = await signedIn()
    sleep(3_600_000)
    const { document, Event } = stage.tab.window()
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
    await settled()
    expect(refreshesAt(stage)).toHaveLength(1)
  })

  it.each([
    [3_600_000, 1],
    [60_000, 0],
    [-60_000, 0],
    [-3_600_000, 0],
  ])('G23 that jumps by %i ms causes %i refreshes at once, and no storm', async (jump, expected) => {
    const stage = await signedIn()
    sleep(jump)
    for (const event of ['online', 'pageshow', 'online']) wake(stage.tab, event)
    await advance(120_000)
    expect(refreshesAt(stage)).toHaveLength(expected)
    await advance(1_200_000)
    expect(stage.auth.state.status).toBe('signed-in')
    expect(refreshesAt(stage).length - expected).toBeGreaterThanOrEqual(2)
    expect(refreshesAt(stage).length - expected).toBeLessThanOrEqual(3)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
  })

  it('G23 that is set back an hour does not make a token younger', async () => {
    const stage = await signedIn()
    sleep(-3_600_000)
    await advance(600_000)
    expect(refreshesAt(stage)).toHaveLength(1)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
  })

  it('G23 that was an hour ahead when a refresh failed, and is set right, does not put off the next attempt', async () => {
    const stage = await signedIn()
    sleep(3_600_000)
    stage.provider.faults.token.once(breaks)
    await stage.auth.authFetch(API).catch(() => {})
    expect(refreshesAt(stage)).toHaveLength(1)
    sleep(-3_600_000)
    await advance(60_000)
    expect(refreshesAt(stage)).toHaveLength(2)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
  })

  it('C14, G25 a token of a year is refreshed neither now nor when the longest timer rings', async () => {
    const year = 365 * 86_400
    const stage = await signedIn({ provider: { lifetime: year } })
    const begun = Date.now()
    await vi.advanceTimersByTimeAsync(2 ** 31 + 1_000)
    await settled()
    expect(refreshesAt(stage)).toHaveLength(0)
    while (refreshesAt(stage).length === 0) {
      await vi.advanceTimersToNextTimerAsync()
      await settled()
    }
    expect((Date.now() - begun) / 1000).toBeGreaterThan(0.7 * year)
    expect((Date.now() - begun) / 1000).toBeLessThan(year)
  })

  it.each([0, 1, 2, 5])('G26 with tokens of %i s is usable and bounded', async (lifetime) => {
    const stage = await backFromProvider()
    stage.provider.faults.token.always(changes((body) => ({ ...body, expires_in: lifetime })))
    await stage.auth.start()
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    await advance(60_000)
    expect(refreshesAt(stage)).toHaveLength(12)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect(stage.auth.state.status).toBe('signed-in')
  })

  it.each([0, 1])('G26 with tokens of %i s, many callers in the same second share one', async (lifetime) => {
    const stage = await backFromProvider()
    stage.provider.faults.token.always(changes((body) => ({ ...body, expires_in: lifetime })))
    await stage.auth.start()
    sleep(1_000)
    for (let call = 0; call < 20; call += 1) expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect(refreshesAt(stage)).toHaveLength(1)
  })
})
