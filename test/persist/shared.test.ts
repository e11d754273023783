// @vitest-environment node
import { answers, GRACE, held } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API } from '../api-calls.ts'
import { inAnotherTab, returning, type Stage } from '../browser.ts'
import { advance, settled, sleep, until } from '../clock.ts'
import { expectSignedOut, refusal } from '../outcome.ts'
import { refreshesAt } from '../refreshing.ts'
import { afterReload, beside, expectNoTokenTwice, type Keeping, keptIn, keptSession } from './keeping.ts'
import { memoryStore } from './memory-store.ts'

const calls = async ({ auth, tab }: Keeping, times = 5) => {
  tab.focus()
  return Promise.all(Array.from({ length: times }, () => auth.authFetch(API).then(({ status }) => status)))
}

describe('A session that is kept', () => {
  it('I14 survives a reload without a request', async () => {
    const stage = await keptSession()
    const before = stage.provider.requests.length
    const { state } = stage.auth
    const next = await afterReload(stage)
    expect(next.auth.state).toMatchObject({ status: 'signed-in', session: { user: { sub: 'ada' } } })
    expect(next.auth.state).toEqual(state)
    expect(stage.provider.requests).toHaveLength(before)
    expect(next.tab.departures).toHaveLength(1)
    expect(await calls(next)).toEqual(Array(5).fill(200))
    expect(refreshesAt(next)).toEqual([])
  })

  it('is the same in every tab, and expires when it did', async () => {
    const one = await keptSession()
    await advance(100_000)
    const other = await beside(one)
    expect(other.auth.state).toEqual(one.auth.state)
  })

  it('is renewed at the reload when its token is out, by one request', async () => {
    const stage = await keptSession()
    sleep(601_000)
    const next = await afterReload(stage)
    expect(next.auth.state).toMatchObject({ status: 'signed-in' })
    expect(await calls(next)).toEqual(Array(5).fill(200))
    expect(refreshesAt(next)).toHaveLength(1)
    expectNoTokenTwice(next)
  })

  it('G19 eight tabs with five callers each make one token request per lifetime', async () => {
    const one = await keptSession()
    const tabs = [one]
    while (tabs.length < 8) tabs.push(await beside(one))
    for (const lifetime of [1, 2, 3]) {
      sleep(601_000)
      const statuses = await Promise.all(tabs.map((tab) => calls(tab)))
      expect(statuses.flat()).toEqual(Array(40).fill(200))
      expect(refreshesAt(one)).toHaveLength(lifetime)
    }
    expectNoTokenTwice(one)
  })

  it('G19 tabs that only sit there make one token request per lifetime', async () => {
    const one = await keptSession()
    const other = await beside(one)
    const third = await beside(one)
    await advance(1_700_000)
    // At 75 to 90 % of 600 seconds each.
    expect(refreshesAt(one)).toHaveLength(3)
    for (const tab of [one, other, third]) expect(await calls(tab)).toEqual(Array(5).fill(200))
    expect(refreshesAt(one)).toHaveLength(3)
    expectNoTokenTwice(one)
  })

  it('G22 is renewed once more where what another tab has got meanwhile is out, too', async () => {
    const one = await keptSession()
    const other = await beside(one)
    sleep(601_000)
    expect(await calls(one, 1)).toEqual([200])
    sleep(601_000)
    expect(await calls(other)).toEqual(Array(5).fill(200))
    expect(refreshesAt(one)).toHaveLength(2)
    const sent = one.provider.requestsTo('api').slice(1)
    for (const { request } of sent)
      expect(request.headers.get('authorization')).toBe(`Bearer ${keptIn(one).tokens.accessToken}`)
    expectNoTokenTwice(one)
  })

  it('H16 a token that an API refuses in two tabs is renewed once', async () => {
    const one = await keptSession()
    const other = await beside(one)
    one.provider.faults.api.once(answers(401))
    expect(await calls(one, 1)).toEqual([200])
    other.provider.faults.api.once(answers(401))
    expect(await calls(other, 1)).toEqual([200])
    expect(refreshesAt(one)).toHaveLength(1)
  })

  it('is written down before anybody uses what a renewal brought', async () => {
    const one = await keptSession()
    let goOn = () => {}
    const released = new Promise<void>((resolve) => {
      goOn = resolve
    })
    sleep(601_000)
    const waiting = calls(one, 1)
    // The first save notes that the refresh token is being spent.
    let saves = 0
    one.store.fault = (use) => (use === 'save' && ++saves === 2 ? released : undefined)
    await until(() => saves === 2)
    await settled()
    expect(one.provider.requestsTo('api')).toEqual([])
    goOn()
    expect(await waiting).toEqual([200])
    expect(keptIn(one).tokens.refreshToken).not.toBe(refreshesAt(one)[0]?.form.get('refresh_token'))
  })

  it('G21 is shared without a lock, too', async () => {
    const one = await keptSession({}, memoryStore({ locks: false }))
    const other = await beside(one)
    sleep(601_000)
    expect(await calls(one)).toEqual(Array(5).fill(200))
    expect(await calls(other)).toEqual(Array(5).fill(200))
    expect(refreshesAt(one)).toHaveLength(1)
  })

  it('is left to the others by a tab that is disposed of while it waits for them', async () => {
    const one = await keptSession()
    const other = await beside(one)
    const token = held()
    one.provider.faults.token.once(token)
    sleep(601_000)
    const first = calls(one, 1)
    await token.asked
    const second = refusal(other.auth.authFetch(API))
    await settled()
    other.auth.dispose()
    token.release()
    expect(await first).toEqual([200])
    expect((await second).code).toBe('login_required')
    await settled()
    expect(one.provider.requestsTo('revocation')).toEqual([])
    expect((await afterReload(one)).auth.state).toMatchObject({ status: 'signed-in' })
    expectNoTokenTwice(one)
  })
})

describe('A sign-out', () => {
  it('J09 J08 ends it for all, and revokes the newest refresh token, whoever got it', async () => {
    const one = await keptSession()
    const other = await beside(one)
    sleep(601_000)
    expect(await calls(one, 1)).toEqual([200])
    const newest = keptIn(one).tokens.refreshToken
    other.tab.focus()
    await other.auth.logout()
    expect(one.store.kept.size).toBe(0)
    await until(() => one.provider.requestsTo('revocation').length > 0)
    expect(one.provider.requestsTo('revocation')[0]?.form.get('token')).toBe(newest)
    one.tab.focus()
    expect((await refusal(one.auth.authFetch(API))).code).toBe('login_required')
    expect((await afterReload(one)).auth.state).toEqual({ status: 'signed-out' })
  })

  it('J09 that left no mark is found at the next renewal: no refresh token is sent', async () => {
    const one = await keptSession()
    await one.store.forget([...one.store.kept.keys()][0] ?? '')
    sleep(601_000)
    one.tab.focus()
    expect((await refusal(one.auth.authFetch(API))).code).toBe('login_required')
    expectSignedOut(one.auth.state, 'login_required')
    expect(refreshesAt(one)).toEqual([])
  })

  it('G30 in one tab is not undone by a renewal in another', async () => {
    const one = await keptSession()
    const other = await beside(one)
    const token = held()
    one.provider.faults.token.once(token)
    sleep(601_000)
    one.tab.focus()
    const waiting = refusal(one.auth.authFetch(API))
    await token.asked
    other.tab.focus()
    await other.auth.logout()
    token.release()
    expect((await waiting).code).toBe('login_required')
    await settled()
    expect(one.store.kept.size).toBe(0)
    const revoked = one.provider.requestsTo('revocation').map(({ form }) => form.get('token'))
    expect(new Set(revoked).size).toBe(2)
  })

  it('is not undone by what a slow tab writes down afterwards', async () => {
    const one = await keptSession()
    const leftover = [...one.store.kept]
    await one.auth.logout()
    for (const [name, text] of leftover) one.store.kept.set(name, text)
    const next = await afterReload(one)
    expect(next.auth.state.status).toBe('signed-out')
    expect(refreshesAt(one)).toEqual([])
  })
})

describe('Somebody who signs in', () => {
  const signInBeside = async (stage: Keeping, other: Stage = inAnotherTab(stage)): Promise<Keeping> => {
    other.tab.focus()
    await other.auth.start()
    await other.auth.login()
    const back = await returning(other)
    const starting = back.auth.start()
    // It waits for a renewal in another tab, but not for long.
    await advance(3_000)
    expect(await starting).toMatchObject({ status: 'signed-in' })
    return { ...back, store: stage.store }
  }

  it('B33 again gives the first tab what came, when its own is out', async () => {
    const one = await keptSession()
    const other = await signInBeside(one)
    await advance(300_000)
    const again = await signInBeside(other)
    await advance(250_000)
    const asked = refreshesAt(one).length
    expect(await calls(one, 1)).toEqual([200])
    expect(await calls(again, 1)).toEqual([200])
    expect(refreshesAt(one)).toHaveLength(asked)
    expectNoTokenTwice(one)
  })

  it('B33 as another person replaces the first, whose tabs end', async () => {
    const one = await keptSession()
    one.provider.signIn(GRACE)
    const other = await signInBeside(one)
    sleep(601_000)
    one.tab.focus()
    expect((await refusal(one.auth.authFetch(API))).code).toBe('login_required')
    expect(await calls(other, 1)).toEqual([200])
    expect((keptIn(other).tokens.claims as { sub: string }).sub).toBe('grace')
    expect((await afterReload(one)).auth.state).toMatchObject({ session: { user: { sub: 'grace' } } })
  })

  it('G31 as another person is not replaced by a renewal that was under way', async () => {
    const one = await keptSession()
    const tab = await beside(one)
    const token = held()
    one.provider.faults.token.once(token)
    sleep(601_000)
    one.tab.focus()
    const waiting = refusal(one.auth.authFetch(API))
    await token.asked
    one.provider.signIn(GRACE)
    const other = await signInBeside(one, tab)
    token.release()
    expect((await waiting).code).toBe('login_required')
    await settled()
    expect((keptIn(other).tokens.claims as { sub: string }).sub).toBe('grace')
  })
})
