// @vitest-environment node
import type { Auth } from 'latchkey'
import { GRACE, hangs, held } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API } from './api-calls.ts'
import { inAnotherTab, returning, type Stage, signedIn } from './browser.ts'
import { advance, settled, sleep, until } from './clock.ts'
import { expectRefusal, expectSignedOut, refusal } from './outcome.ts'
import { wake } from './refreshing.ts'

const MARK = 'latchkey session notes-spa https://login.example.com'

/** A page that is loaded looks for no session. */
const IN_MEMORY = { options: { restore: [] } }

/** Signs in, in another tab of the same browser, whoever is known to the provider. */
async function signedInBeside(stage: Stage): Promise<Stage> {
  const other = inAnotherTab(stage)
  await other.auth.start()
  await other.auth.login()
  const back = await returning(other)
  expect(await back.auth.start()).toMatchObject({ status: 'signed-in' })
  return back
}

/** What a browser tells a tab when another has written to the storage that they share. */
function hears({ tab }: Stage, key = MARK) {
  tab.focus()
  const { Event } = tab.window()
  tab.window().dispatchEvent(Object.assign(new Event('storage'), { key }))
}

const revoked = ({ provider }: Stage) => provider.requestsTo('revocation').map(({ form }) => form.get('token'))

describe('A logout in one tab', () => {
  it('J09 signs out every other at once, says why, and has its tokens revoked', async () => {
    const one = await signedIn(IN_MEMORY)
    const other = await signedInBeside(one)
    await other.auth.logout()
    hears(one)
    expectSignedOut(one.auth.state, 'login_required')
    await settled()
    expect(new Set(revoked(one)).size).toBe(2)
  })

  it.each([
    ['to an API', (auth: Auth) => auth.authFetch(API)],
    ['for UserInfo', (auth: Auth) => auth.userInfo()],
  ])('J09 is seen before the next request %s leaves, though nobody told', async (_, ask) => {
    const one = await signedIn(IN_MEMORY)
    const other = await signedInBeside(one)
    await other.auth.logout()
    one.tab.focus()
    await expectRefusal(ask(one.auth), 'login_required')
    expect([...one.provider.requestsTo('api'), ...one.provider.requestsTo('userInfo')]).toEqual([])
  })

  it('J09 refuses the requests that waited for a refresh', async () => {
    const one = await signedIn(IN_MEMORY)
    const other = await signedInBeside(one)
    const token = held()
    one.tab.focus()
    one.provider.faults.token.once(token)
    sleep(601_000)
    const waiting = refusal(one.auth.authFetch(API))
    await token.asked
    await other.auth.logout()
    hears(one)
    token.release()
    expect((await waiting).code).toBe('login_required')
    await settled()
    expectSignedOut(one.auth.state, 'login_required')
    expect(one.provider.requestsTo('api')).toEqual([])
  })

  it('J11 is seen by a page that the back button revives', async () => {
    const one = await signedIn(IN_MEMORY)
    const other = await signedInBeside(one)
    await other.auth.logout()
    wake(one.tab, 'pageshow')
    expectSignedOut(one.auth.state, 'login_required')
  })

  it('J09 is still one when somebody has signed in again since', async () => {
    const one = await signedIn(IN_MEMORY)
    const other = await signedInBeside(one)
    await other.auth.logout()
    await signedInBeside(one)
    one.tab.focus()
    await expectRefusal(one.auth.authFetch(API), 'login_required')
  })

  it('J09 offline reaches the others too', async () => {
    const one = await signedIn(IN_MEMORY)
    const other = await signedInBeside(one)
    for (const endpoint of ['revocation', 'endSession', 'discovery'] as const)
      one.provider.faults[endpoint].always(hangs)
    void other.auth.logout()
    hears(one)
    expectSignedOut(one.auth.state, 'login_required')
  })

  it('is none of a tab that was only disposed of, or where nobody was signed in', async () => {
    const one = await signedIn(IN_MEMORY)
    const other = await signedInBeside(one)
    other.auth.dispose()
    expect(await inAnotherTab(one).auth.logout()).toBe('local')
    hears(one)
    expect(one.auth.state.status).toBe('signed-in')
    one.tab.focus()
    expect((await one.auth.authFetch(API)).status).toBe(200)
  })
})

describe('A login in another tab', () => {
  it('B33 of the same person leaves the first as it was', async () => {
    const one = await signedIn(IN_MEMORY)
    await signedInBeside(one)
    hears(one)
    await advance(1_200_000)
    one.tab.focus()
    expect((await one.auth.authFetch(API)).status).toBe(200)
    expect(one.provider.reuses()).toBe(0)
  })

  it('B33 of another person ends the first, and nothing of the first is used for the second', async () => {
    const one = await signedIn(IN_MEMORY)
    one.provider.signIn(GRACE)
    const other = await signedInBeside(one)
    hears(one)
    expectSignedOut(one.auth.state, 'login_required')
    one.tab.focus()
    await expectRefusal(one.auth.authFetch(API), 'login_required')
    other.tab.focus()
    expect(await (await other.auth.authFetch(API)).json()).toMatchObject({ sub: 'grace' })
  })
})

describe('The mark that tabs share', () => {
  it('K10 does not say who it is', async () => {
    const one = await signedIn(IN_MEMORY)
    const mark = one.tab.localStorage.getItem(MARK)
    expect(mark).toMatch(/^[\w-]{43}\.[\w-]{43}$/)
    const again = await signedIn(IN_MEMORY)
    expect(again.tab.localStorage.getItem(MARK)).not.toBe(mark)
  })

  it.each(['forged', '.', '{"signed":"in","sub":"ada"}', 'x'.repeat(100_000)])(
    'K10 that was forged signs out at worst: %s',
    async (forged) => {
      const one = await signedIn(IN_MEMORY)
      one.tab.localStorage.setItem(MARK, forged)
      hears(one)
      expectSignedOut(one.auth.state, 'login_required')
      await one.auth.login()
      const next = await returning(one)
      expect(await next.auth.start()).toMatchObject({ status: 'signed-in', session: { user: { sub: 'ada' } } })
    },
  )

  it.each(['another app', 'latchkey session chat-spa https://login.example.com', ''])(
    'K10, K14 is the only thing that is heard, not %s',
    async (key) => {
      const one = await signedIn(IN_MEMORY)
      one.tab.localStorage.setItem(key, 'changed')
      hears(one, key)
      expect(one.auth.state.status).toBe('signed-in')
    },
  )

  it('signs nobody out when it is cleared away: apps empty their storage for reasons of their own', async () => {
    const one = await signedIn(IN_MEMORY)
    one.tab.localStorage.clear()
    hears(one)
    expect(one.auth.state.status).toBe('signed-in')
    expect((await one.auth.authFetch(API)).status).toBe(200)
  })

  it('L06 may be blocked: each tab then goes on by itself', async () => {
    const stage = await signedIn(IN_MEMORY)
    const one = inAnotherTab(stage)
    const { focus } = one.tab
    const blocked = () => {
      throw new DOMException('blocked', 'SecurityError')
    }
    Object.assign(one.tab, {
      focus() {
        focus()
        Object.defineProperty(globalThis, 'localStorage', { get: blocked, configurable: true })
      },
    })
    one.tab.focus()
    await one.auth.start()
    await one.auth.login()
    const back = await returning(one)
    expect(await back.auth.start()).toMatchObject({ status: 'signed-in' })
    expect((await back.auth.authFetch(API)).status).toBe(200)
    expect(await back.auth.logout()).toBe('provider')
    await until(() => revoked(stage).length > 0)
    stage.tab.focus()
    expect((await stage.auth.authFetch(API)).status).toBe(200)
  })
})
