// @vitest-environment node
import { ADA, GRACE, held } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API, refreshes } from '../api-calls.ts'
import { inAnotherTab, reloaded, returning, type Script, type Stage, signedIn } from '../browser.ts'
import { advance, settled, sleep } from '../clock.ts'
import { expectRefusal, expectSignedOut, refusal } from '../outcome.ts'
import { watch } from '../refreshing.ts'
import { HOMES } from './home.ts'

const MARK = 'latchkey session notes-spa https://login.example.com'

/** Signs in, in another tab of the same browser, whoever is known to the provider. */
async function signedInBeside(stage: Stage): Promise<Stage> {
  const other = inAnotherTab(stage)
  await other.auth.login()
  const back = await returning(other)
  expect(await back.auth.start()).toMatchObject({ status: 'signed-in' })
  await settled()
  return back
}

/** What a browser tells a tab when another has written to the storage that they share. */
async function hears({ tab }: Stage) {
  tab.focus()
  const { Event } = tab.window()
  tab.window().dispatchEvent(Object.assign(new Event('storage'), { key: MARK }))
  await settled()
}

describe.each(HOMES)('%s: two tabs', (home) => {
  const script: Script = { home, options: { restore: [] } }

  it('of one person call the API each, and neither is in the way of the other', async () => {
    const one = await signedIn(script)
    const other = await signedInBeside(one)
    await advance(2_000_000)
    for (const { tab, auth } of [one, other]) {
      tab.focus()
      expect(await (await auth.authFetch(API)).json()).toMatchObject({ sub: 'ada' })
    }
    expect(one.provider.reuses()).toBe(0)
  })

  it('J09 are signed out by either, before the next request leaves', async () => {
    const one = await signedIn(script)
    const other = await signedInBeside(one)
    await other.auth.logout()
    one.tab.focus()
    await expectRefusal(one.auth.authFetch(API), 'login_required')
    await expectRefusal(one.auth.userInfo(), 'login_required')
    expect(one.auth.state.status).toBe('signed-out')
    expect([...one.provider.requestsTo('api'), ...one.provider.requestsTo('userInfo')]).toEqual([])
  })

  it('J09 hear of it at once, and requests under way are refused', async () => {
    const one = await signedIn(script)
    const other = await signedInBeside(one)
    const seen = watch(one)
    const api = held()
    one.provider.faults.api.once(api)
    one.tab.focus()
    const asked = refusal(one.auth.authFetch(API))
    await api.asked
    await settled()
    other.tab.focus()
    await other.auth.logout()
    await settled()
    await hears(one)
    expect((await asked).code).toBe('login_required')
    expect(seen).toEqual([one.auth.state])
    expect(one.auth.state.status).toBe('signed-out')
    api.release()
    await settled()
  })

  it('B33 have one person: another who signs in ends the session of the first everywhere', async () => {
    const one = await signedIn(script)
    one.provider.signIn(GRACE)
    const other = await signedInBeside(one)
    await hears(one)
    const { state } = one.auth
    expect(state.status === 'signed-in' && state.session.user.sub).not.toBe('ada')
    other.tab.focus()
    expect(await (await other.auth.authFetch(API)).json()).toMatchObject({ sub: 'grace' })
  })

  it('K10 are signed out at worst by a mark that was forged', async () => {
    const one = await signedIn(script)
    one.tab.localStorage.setItem(MARK, '{"sub":"grace"}')
    await hears(one)
    expectSignedOut(one.auth.state, 'login_required')
  })

  it('do not end each other when one is closed', async () => {
    const one = await signedIn(script)
    const other = await signedInBeside(one)
    other.tab.close()
    await settled()
    one.tab.focus()
    expect(one.auth.state.status).toBe('signed-in')
    expect((await one.auth.authFetch(API)).status).toBe(200)
  })
})

describe('shared-worker: all tabs have one session', () => {
  const script: Script = { home: 'shared-worker' }

  it('a second tab is signed in without a request', async () => {
    const one = await signedIn(script)
    const before = one.provider.requests.length
    const other = inAnotherTab(one)
    expect(await other.auth.start()).toEqual(one.auth.state)
    expect(one.provider.requests).toHaveLength(before)
    expect(other.tab.departures).toEqual([])
    expect((await other.auth.authFetch(API)).status).toBe(200)
  })

  it('a reload is signed in without a request, and without going anywhere', async () => {
    const one = await signedIn(script)
    const before = one.provider.requests.length
    const again = reloaded(one)
    expect(await again.auth.start()).toMatchObject({ status: 'signed-in' })
    expect(one.provider.requests).toHaveLength(before)
    expect(again.tab.departures).toHaveLength(1)
  })

  it('G19 and one refresh between them', async () => {
    const one = await signedIn(script)
    const others = Array.from({ length: 7 }, () => inAnotherTab(one))
    for (const { auth, tab } of others) {
      tab.focus()
      await auth.start()
    }
    sleep(601_000)
    const calls = [one, ...others].flatMap(({ auth, tab }) => {
      tab.focus()
      return Array.from({ length: 5 }, () => auth.authFetch(API))
    })
    expect((await Promise.all(calls)).every(({ status }) => status === 200)).toBe(true)
    expect(refreshes(one)).toBe(1)
    expect(one.provider.reuses()).toBe(0)
  })

  it('G19 also when a tab is reloaded amid the refresh', async () => {
    const one = await signedIn(script)
    const token = held()
    one.provider.faults.token.once(token)
    sleep(601_000)
    const asked = one.auth.authFetch(API).catch((error: unknown) => error)
    await token.asked
    const again = reloaded(one)
    expect(await again.auth.start()).toMatchObject({ status: 'signed-in' })
    token.release()
    expect((await again.auth.authFetch(API)).status).toBe(200)
    expect(refreshes(one)).toBe(1)
    expect(one.provider.reuses()).toBe(0)
    await asked
  })

  it('a login in one tab is seen in the other, which did not ask for it', async () => {
    const one = await signedIn(script)
    const other = inAnotherTab(one)
    await other.auth.start()
    const seen = watch(other)
    one.tab.focus()
    await one.auth.logout()
    await settled()
    expect(seen.map(({ status }) => status)).toEqual(['signed-out'])
    const farewell = await returning(one)
    await farewell.auth.start()
    one.provider.signIn(ADA)
    await farewell.auth.login()
    const back = await returning(farewell)
    await back.auth.start()
    await settled()
    expect(seen.map(({ status }) => status)).toEqual(['signed-out', 'signed-in'])
  })

  it('the tab that is asked for a hidden frame is one that is open', async () => {
    const one = await signedIn({ ...script, provider: { refreshTokens: 'none' } })
    const other = inAnotherTab(one)
    await other.auth.start()
    one.tab.frame = async () => undefined
    one.tab.close()
    other.tab.frame = (url) => one.provider.visit(url)
    other.tab.focus()
    await settled()
    sleep(601_000)
    expect((await other.auth.authFetch(API)).status).toBe(200)
  })
})
