// @vitest-environment node
import { delays, held } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API } from '../api-calls.ts'
import { reloaded } from '../browser.ts'
import { advance, settled, sleep } from '../clock.ts'
import { expectSignedOut, refusal } from '../outcome.ts'
import { refreshesAt } from '../refreshing.ts'
import { beside, expectNoTokenTwice, type Keeping, keptIn, keptSession, withFrames } from './keeping.ts'

async function twoTabs(): Promise<readonly [Keeping, Keeping]> {
  const one = await keptSession()
  const other = await beside(one)
  for (const stage of [one, other]) withFrames(stage)
  return [one, other]
}

const call = async ({ tab, auth }: Keeping) => {
  tab.focus()
  return (await auth.authFetch(API)).status
}

/** As the encrypted store does: what cannot be replaced is thrown away. */
function fillsTheDisk({ store }: Keeping) {
  store.fault = (use) => {
    if (use !== 'save') return
    store.kept.clear()
    throw new DOMException('full', 'QuotaExceededError')
  }
}

describe('A kept session that is lost', () => {
  it('I14 to a full disk in one tab signs out no other, where the provider knows the person', async () => {
    const [one, other] = await twoTabs()
    fillsTheDisk(one)
    sleep(601_000)
    expect(await call(one)).toBe(200)
    expect(await call(other)).toBe(200)
    expectNoTokenTwice(one)
  })

  it('I14 is kept and shared again as soon as there is room', async () => {
    const [one, other] = await twoTabs()
    const third = await beside(one)
    one.store.kept.clear()
    sleep(601_000)
    expect(await call(other)).toBe(200)
    expect(keptIn(one).tokens.refreshToken).toEqual(expect.any(String))
    const asked = one.provider.requestsTo('token').length
    expect(await call(third)).toBe(200)
    expect(await call(one)).toBe(200)
    expect(one.provider.requestsTo('token')).toHaveLength(asked)
    expect(refreshesAt(one)).toEqual([])
  })

  it('I14 ends where the provider knows nobody any more, and says so', async () => {
    const [one, other] = await twoTabs()
    one.store.kept.clear()
    one.provider.signIn(undefined)
    sleep(601_000)
    other.tab.focus()
    expect((await refusal(other.auth.authFetch(API))).provider?.error).toBe('login_required')
    expectSignedOut(other.auth.state, 'login_required')
    expect(refreshesAt(one)).toEqual([])
  })

  it('I14 while it is being renewed is kept again with what comes', async () => {
    const one = await keptSession()
    const token = held()
    one.provider.faults.token.once(token)
    sleep(601_000)
    const waiting = call(one)
    await token.asked
    one.store.kept.clear()
    token.release()
    expect(await waiting).toBe(200)
    await settled()
    expect(await call(await beside(one))).toBe(200)
    expect(refreshesAt(one)).toHaveLength(1)
  })
})

it('G19 a reload at a provider that takes five seconds makes one token request, not two', async () => {
  const one = await keptSession()
  sleep(601_000)
  one.provider.faults.token.always(delays(5_000))
  one.tab.focus()
  const next = reloaded(one)
  const started = next.auth.start()
  await advance(3_000)
  expect((await started).status).toBe('signed-in')
  await advance(30_000)
  expect(refreshesAt(next)).toHaveLength(1)
})
