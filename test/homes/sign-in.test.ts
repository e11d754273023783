// @vitest-environment node
import { ADA, answers, GRACE } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API } from '../api-calls.ts'
import { backFromProvider, backWith, firstVisit, reloaded, returning, signedIn } from '../browser.ts'
import { advance, settled, sleep } from '../clock.ts'
import { expectRefusal, expectSignedOut, reasonOf } from '../outcome.ts'
import { watch } from '../refreshing.ts'
import { HOME, openTab } from '../tab.ts'
import { HOMES } from './home.ts'

describe.each(HOMES)('%s: a login', (home) => {
  it('goes to the provider and comes back to where it was, signed in', async () => {
    const stage = firstVisit({ home, url: `${HOME}notes/7?sort=new#top` })
    expect(stage.auth.state).toEqual({ status: 'loading', waitingFor: 'start' })
    expect(await stage.auth.start()).toEqual({ status: 'signed-out' })
    expect(stage.auth.home).toBe(home)
    expect(stage.provider.requests).toEqual([])
    await stage.auth.login()
    const back = await returning(stage)
    const seen = watch(back)
    expect(await back.auth.start()).toMatchObject({ status: 'signed-in', session: { user: ADA } })
    expect(back.tab.url()).toBe(`${HOME}notes/7?sort=new#top`)
    expect(back.auth.home).toBe(home)
    expect(seen.filter(({ status }) => status !== 'loading')).toEqual([back.auth.state])
    expect(stage.provider.requestsTo('token')).toHaveLength(1)
  })

  it('says what was granted, in a state that is frozen throughout', async () => {
    const { auth } = await signedIn({ home })
    if (auth.state.status !== 'signed-in') throw new Error('not signed in')
    const { session } = auth.state
    expect(session.scope).toEqual(['openid', 'profile', 'email', 'notes:read', 'notes:write'])
    expect(session.expiresAt).toBe(Date.now() + 600_000)
    expect(session.user).toEqual({ sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' })
    for (const part of [auth.state, session, session.user, session.scope]) expect(Object.isFrozen(part)).toBe(true)
  })

  it('carries what the app asks for, and comes back to where the app says', async () => {
    const stage = firstVisit({ home })
    await stage.auth.login({ returnTo: '/album', parameters: { ui_locales: 'de', prompt: 'login' } })
    const asked = new URL(stage.tab.departures[0] ?? '').searchParams
    expect(Object.fromEntries(asked)).toMatchObject({
      ui_locales: 'de',
      prompt: 'login',
      code_challenge_method: 'S256',
    })
    const back = await returning(stage)
    await back.auth.start()
    expect(back.tab.url()).toBe(`${HOME}album`)
  })

  it('J13 refuses to come back to another origin, and parameters of the protocol', async () => {
    const { auth, tab } = firstVisit({ home })
    await auth.start()
    await expectRefusal(auth.login({ returnTo: 'https://evil.example/' }), 'configuration')
    await expectRefusal(auth.login({ parameters: { state: 'x' } }), 'configuration')
    expect(tab.departures).toEqual([])
  })

  it('A20 twice at once is one', async () => {
    const { auth, tab } = firstVisit({ home })
    await Promise.all([auth.login(), auth.login(), auth.login()])
    expect(tab.departures).toHaveLength(1)
  })

  it('is refused with what the provider says, as text', async () => {
    const stage = await backWith(
      (callback) => {
        callback.searchParams.delete('code')
        callback.searchParams.set('error', 'access_denied')
        callback.searchParams.set('error_description', '<img onerror=x>')
      },
      { home },
    )
    const error = reasonOf(await stage.auth.start())
    expect(error.code).toBe('provider_error')
    expect(error.provider).toEqual({ error: 'access_denied', description: '<img onerror=x>' })
    expect(stage.tab.url()).toBe(HOME)
    await expectRefusal(stage.auth.authFetch(API), 'login_required')
  })

  it('is refused where a token fails validation, and keeps nothing', async () => {
    const stage = await backFromProvider({ home })
    stage.provider.idToken.once({ claims: (claims) => ({ ...claims, nonce: 'x' }) })
    expectSignedOut(await stage.auth.start(), 'token_invalid')
    await expectRefusal(stage.auth.authFetch(API), 'login_required')
    expect(stage.provider.requestsTo('api')).toEqual([])
  })

  it('that the provider cannot be asked for leads nowhere', async () => {
    const { auth, provider, tab } = firstVisit({ home })
    provider.faults.discovery.once(answers(503, ''))
    await expectRefusal(auth.login(), 'network')
    provider.faults.discovery.once(
      answers(429, '', { 'retry-after': '7', 'access-control-expose-headers': 'retry-after' }),
    )
    await expect(auth.login()).rejects.toMatchObject({ code: 'network', retryAfter: 7000 })
    expect(tab.departures).toEqual([])
  })
})

describe.each(HOMES)('%s: a callback', (home) => {
  it('B05 that took more than ten minutes has expired', async () => {
    const stage = await backFromProvider({ home })
    sleep(600_001)
    expectSignedOut(await stage.auth.start(), 'callback_expired')
    expect(stage.provider.requestsTo('token')).toEqual([])
  })

  it('B09, B11 that is loaded again finds no login that waits', async () => {
    const stage = await backFromProvider({ home, options: { restore: [] } })
    const callback = stage.tab.url()
    await stage.auth.start()
    await stage.auth.logout()
    const again = reloaded(stage, callback)
    expectSignedOut(await again.auth.start(), 'callback_invalid')
    expect(again.tab.url()).toBe(HOME)
    expect(stage.provider.requestsTo('token')).toHaveLength(1)
  })

  it.each(['another tab of this browser', 'another browser'])('B07 that is opened in %s is refused', async (where) => {
    const stage = await backFromProvider({ home })
    const url = stage.tab.url()
    const tab = openTab(url, undefined, where === 'another browser' ? undefined : stage.tab, home)
    const auth = tab.createAuth(stage.options)
    expectSignedOut(await auth.start(), 'callback_invalid')
    expect(tab.url()).toBe(HOME)
    expect(stage.provider.requestsTo('token')).toEqual([])
    // The tab that it belongs to still can use it.
    stage.tab.focus()
    expect(await stage.auth.start()).toMatchObject({ status: 'signed-in' })
    await settled()
    tab.close()
  })

  it('B02 with another state is refused, and the login still waits for its own', async () => {
    const stage = await backWith((callback) => callback.searchParams.set('state', 'x'.repeat(43)), { home })
    expectSignedOut(await stage.auth.start(), 'callback_invalid')
    const back = await returning(stage)
    expect(await back.auth.start()).toMatchObject({ status: 'signed-in' })
  })

  it('of nobody is left alone', async () => {
    const url = `${HOME}shop?code=SAVE10&state=CA`
    const { auth, tab, provider } = firstVisit({ home, url })
    expect(await auth.start()).toEqual({ status: 'signed-out' })
    expect(tab.url()).toBe(url)
    expect(provider.requests).toEqual([])
  })

  it('B33 of another person, over a session, drops everything of the first', async () => {
    const stage = await signedIn({ home })
    await stage.auth.login()
    stage.provider.signIn(GRACE)
    const back = await returning(stage)
    expect(await back.auth.start()).toMatchObject({ status: 'signed-in', session: { user: GRACE } })
    expect(await (await back.auth.authFetch(API)).json()).toMatchObject({ sub: 'grace' })
  })
})

describe.each(HOMES)('%s: a logout', (home) => {
  it('J01 forgets the tokens, revokes them and leaves for the provider', async () => {
    const { auth, provider, tab } = await signedIn({ home })
    const seen: unknown[] = []
    auth.subscribe((state) => seen.push(state))
    expect(await auth.logout()).toBe('provider')
    expect(auth.state).toEqual({ status: 'signed-out' })
    expect(seen).toEqual([{ status: 'signed-out' }])
    const left = new URL(tab.departures.at(-1) ?? '')
    expect(left.pathname).toBe('/logout')
    expect(left.searchParams.get('client_id')).toBe('notes-spa')
    // The page has to go there, so in a worker's name it goes without the ID token.
    expect(left.searchParams.has('id_token_hint')).toBe(home === 'page')
    await settled()
    const revoked = provider.requestsTo('revocation').map(({ form }) => form.get('token_type_hint'))
    expect(revoked).toEqual(['refresh_token'])
    await expectRefusal(auth.authFetch(API), 'login_required')
    expect(provider.requestsTo('api')).toEqual([])
  })

  it('J01 comes back from the provider signed out', async () => {
    const stage = await signedIn({ home })
    await stage.auth.logout()
    const back = await returning(stage)
    expect(await back.auth.start()).toEqual({ status: 'signed-out' })
    expect(back.tab.url()).toBe(HOME)
    expect(back.tab.departures).toHaveLength(2)
  })

  it('J05 where nobody is signed in is local', async () => {
    const { auth, tab } = firstVisit({ home })
    await auth.start()
    expect(await auth.logout()).toBe('local')
    expect(tab.departures).toEqual([])
  })

  it('G30 under way of a refresh stays one', async () => {
    const stage = await signedIn({ home })
    const waiting: Promise<unknown>[] = []
    stage.provider.faults.token.once(async (_, normally) => {
      const answer = await normally()
      waiting.push(stage.auth.logout())
      await settled()
      return answer
    })
    await advance(600_000)
    await Promise.all(waiting)
    expect(waiting).toHaveLength(1)
    expect(stage.auth.state.status).toBe('signed-out')
    await settled()
    expect(stage.provider.requestsTo('revocation').length).toBeGreaterThan(0)
  })
})
