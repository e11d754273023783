// @vitest-environment node
import { asksToWait } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API } from '../api-calls.ts'
import { advance, settled, sleep } from '../clock.ts'
import { refusal } from '../outcome.ts'
import { refreshesAt, renewalOf, wake } from '../refreshing.ts'
import { afterReload, beside, change, type Keeping, keptIn, keptSession } from './keeping.ts'

const TWO_MINUTES = 120_000

/** The token is out, and the provider tells the first tab that asks for another to wait. */
async function askedToWait(seconds: number): Promise<readonly [Keeping, Keeping]> {
  const one = await keptSession()
  const other = await beside(one)
  one.provider.faults.token.once(asksToWait(seconds, 429))
  sleep(601_000)
  one.tab.focus()
  expect((await refusal(one.auth.authFetch(API))).code).toBe('network')
  expect(refreshesAt(one)).toHaveLength(1)
  return [one, other]
}

describe('A provider that asks one tab to wait', () => {
  it('C23, G19 of twenty is left alone by the others', async () => {
    const one = await keptSession({ provider: { lifetime: 3_600 } })
    const tabs: Keeping[] = [one]
    while (tabs.length < 20) tabs.push(await beside(one))
    one.provider.faults.token.always(asksToWait(TWO_MINUTES / 1000, 503))
    await advance(2_000_000)
    expect(refreshesAt(one)).toEqual([])
    await advance(1_600_000)
    const before = refreshesAt(one).length
    await advance(5 * TWO_MINUTES)
    expect(refreshesAt(one).length - before).toBeLessThanOrEqual(5)
    for (const { auth } of tabs) expect(renewalOf(auth.state)).toBe('degraded')
  })

  it('C23 is asked by another when that time is over, and not before', async () => {
    const [one, other] = await askedToWait(60)
    other.tab.focus()
    const { code, retryAfter = 0 } = await refusal(other.auth.authFetch(API))
    expect(code).toBe('network')
    expect(retryAfter).toBeGreaterThan(59_000)
    expect(retryAfter).toBeLessThanOrEqual(60_000)
    sleep(59_000)
    wake(other.tab)
    await settled()
    expect(refreshesAt(one)).toHaveLength(1)
    sleep(2_000)
    wake(other.tab)
    await advance(1_000)
    expect(renewalOf(other.auth.state)).toBe('fresh')
    expect(keptIn(one)).not.toHaveProperty('notBefore')
  })

  it('C23 is left alone by the page after a reload, which stays signed in', async () => {
    const [one] = await askedToWait(60)
    const next = await afterReload(one)
    expect(next.auth.state).toMatchObject({ status: 'signed-in' })
    await settled()
    expect(refreshesAt(one)).toHaveLength(1)
    await advance(400_000)
    expect(renewalOf(next.auth.state)).toBe('fresh')
  })

  it('C23 until tomorrow is left alone for five minutes', async () => {
    const [one, other] = await askedToWait(86_400)
    sleep(299_000)
    other.tab.focus()
    expect((await refusal(other.auth.authFetch(API))).code).toBe('network')
    expect(refreshesAt(one)).toHaveLength(1)
    sleep(2_000)
    wake(other.tab)
    await advance(1_000)
    expect((await other.auth.authFetch(API)).status).toBe(200)
    expect(refreshesAt(one)).toHaveLength(2)
  })

  it('C23 for no time at all is asked by the next that needs a token', async () => {
    const [one, other] = await askedToWait(0)
    other.tab.focus()
    expect((await other.auth.authFetch(API)).status).toBe(200)
    expect(refreshesAt(one)).toHaveLength(2)
  })

  it('G23 holds up nobody whose clock was set back', async () => {
    const [one, other] = await askedToWait(60)
    // By an hour, since it was written down.
    change(one, (kept) => Object.assign(kept, { notBefore: Number(kept.notBefore) + 3_600_000 }))
    other.tab.focus()
    expect((await other.auth.authFetch(API)).status).toBe(200)
    expect(refreshesAt(one)).toHaveLength(2)
  })
})
