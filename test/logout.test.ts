// @vitest-environment node
import { answers, breaks, type Fault, hangs, held } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { firstVisit, reloaded, returning, signedIn } from './browser.ts'
import { advance, settled, sleep, until } from './clock.ts'
import { refusal } from './outcome.ts'
import { HOME } from './tab.ts'

const API = 'https://api.example.com/'

describe('logout()', () => {
  it('J01 forgets first, revokes, and leaves for the logout page of the provider', async () => {
    const stage = await signedIn()
    const revocation = held()
    stage.provider.faults.revocation.once(revocation)
    const leaving = stage.auth.logout()
    expect(stage.auth.state).toEqual({ status: 'signed-out' })
    await revocation.asked
    await expect(stage.auth.authFetch(API)).rejects.toMatchObject({ code: 'login_required' })
    revocation.release()
    expect(await leaving).toBe('provider')
    const url = new URL(stage.tab.departures.at(-1) ?? '')
    expect(url.origin + url.pathname).toBe('https://login.example.com/logout')
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      id_token_hint: expect.stringMatching(/^ey/),
      client_id: 'notes-spa',
      post_logout_redirect_uri: HOME,
      state: expect.stringMatching(/^[\w-]{43}$/),
    })
    await stage.tab.follow(stage.provider)
    expect(await stage.tab.createAuth(stage.options).start()).toEqual({ status: 'signed-out' })
    expect(stage.tab.url()).toBe(HOME)
  })

  const cameBack = async (change: (url: URL) => unknown) => {
    const stage = await signedIn()
    await stage.auth.logout()
    const url = new URL(await stage.provider.visit(stage.tab.departures.at(-1) ?? ''))
    await change(url)
    const next = reloaded(stage, url.href)
    return { ...next, state: await next.auth.start() }
  }

  it.each<[string, (url: URL) => unknown, string]>([
    ['J04 with a code beside its state', (url) => url.searchParams.append('code', 'injected'), HOME],
    ['J04 with an error beside its state', (url) => url.searchParams.append('error', 'access_denied'), HOME],
    ['J01 with parameters of the app', (url) => url.searchParams.append('tab', '2'), `${HOME}?tab=2`],
    ['J01 at another page of the app', (url) => Object.assign(url, { pathname: '/bye' }), `${HOME}bye`],
  ])('%s signs nobody in, and leaves no state in the address', async (_, change, url) => {
    const { state, provider, tab } = await cameBack(change)
    expect(state).toEqual({ status: 'signed-out' })
    expect(tab.url()).toBe(url)
    expect(provider.requestsTo('token')).toHaveLength(1)
  })

  it('J01 has another state each time, and none is left behind', async () => {
    const states = new Set<string>()
    for (let time = 0; time < 20; time += 1) {
      const { tab } = await cameBack(() => {})
      states.add(new URL(tab.departures.at(-1) ?? '').searchParams.get('state') ?? '')
      expect(Object.keys(tab.sessionStorage).filter((name) => name.includes('farewell'))).toEqual([])
    }
    expect(states.size).toBe(20)
  })

  it('is not overtaken by an app that answers a sign-out with a login', async () => {
    const stage = await signedIn()
    stage.auth.subscribe((state) => {
      if (state.status === 'signed-out') void stage.auth.login()
    })
    const before = stage.tab.departures.length
    await stage.auth.logout()
    await settled()
    const departures = stage.tab.departures.slice(before).map((url) => new URL(url).pathname)
    expect(departures).toEqual(['/logout'])
  })

  it('is over: the next login has to be made anew', async () => {
    const stage = await signedIn()
    await stage.auth.logout()
    await stage.tab.follow(stage.provider)
    const next = stage.tab.createAuth(stage.options)
    await next.start()
    await next.login({ parameters: { prompt: 'none' } })
    const { auth } = await returning(stage)
    expect(await auth.start()).toMatchObject({ reason: { code: 'login_required' } })
  })

  it.each([
    ['J02 another state', '?state=other'],
    ['J02 a state of the right form', `?state=${'x'.repeat(43)}`],
    ['J03 no state', ''],
    ['J04 a code', '?code=injected'],
    ['J04 a code and a state', '?state=x&code=injected'],
    ['J04 a code and a state of the right form', `?code=injected&state=${'x'.repeat(43)}`],
    ['J04 an error', '?error=x'],
  ])('%s on the way back signs nobody in', async (_, query) => {
    const stage = await signedIn()
    await stage.auth.logout()
    const { auth, provider, tab } = reloaded(stage, HOME + query)
    expect((await auth.start()).status).toBe('signed-out')
    expect(provider.requestsTo('token')).toHaveLength(1)
    expect(tab.departures).toHaveLength(2)
  })

  it('J08 revokes the refresh token at the endpoint of the issuer', async () => {
    const { auth, provider } = await signedIn()
    await auth.logout()
    await settled()
    const [{ form, request } = { form: new URLSearchParams(), request: undefined }] = provider.requestsTo('revocation')
    expect(Object.fromEntries(form)).toEqual({
      token: expect.stringMatching(/^refresh-/),
      token_type_hint: 'refresh_token',
      client_id: 'notes-spa',
    })
    expect(request).toMatchObject({ method: 'POST', credentials: 'omit', keepalive: true })
    expect(provider.requestsTo('revocation')).toHaveLength(1)
  })

  it('J08 revokes the newest refresh token, and the access token where there is no other', async () => {
    const rotated = await signedIn()
    await advance(600_000)
    await rotated.auth.logout()
    await settled()
    const newest = rotated.provider.secrets.filter((secret) => secret.startsWith('refresh-')).at(-1)
    expect(rotated.provider.requestsTo('revocation')[0]?.form.get('token')).toBe(newest)
    const without = await signedIn({ provider: { refreshTokens: 'none' } })
    await without.auth.logout()
    await settled()
    expect(without.provider.requestsTo('revocation')[0]?.form.get('token_type_hint')).toBe('access_token')
  })

  it.each<[string, Fault]>([
    ['fails', answers(500)],
    ['is refused', answers(400, { error: 'unsupported_token_type' })],
    ['breaks', breaks],
  ])('J07 goes on where the revocation %s', async (_, fault) => {
    const { auth, provider, tab } = await signedIn()
    provider.faults.revocation.always(fault)
    expect(await auth.logout()).toBe('provider')
    await settled()
    expect(provider.requestsTo('revocation')).toHaveLength(1)
    expect(tab.departures).toHaveLength(2)
  })

  it('J07 waits no longer than two seconds for a revocation that hangs', async () => {
    const { auth, provider, tab } = await signedIn()
    provider.faults.revocation.always(hangs)
    const leaving = auth.logout()
    await until(() => provider.requestsTo('revocation').length > 0)
    await advance(2_000)
    expect(await leaving).toBe('provider')
    expect(tab.departures).toHaveLength(2)
  })

  it('J10 works offline', async () => {
    const stage = await signedIn()
    for (const endpoint of ['revocation', 'discovery', 'token'] as const) stage.provider.faults[endpoint].always(breaks)
    expect(await stage.auth.logout()).toBe('provider')
    expect(stage.auth.state).toEqual({ status: 'signed-out' })
    await expect(stage.auth.authFetch(API)).rejects.toMatchObject({ code: 'login_required' })
    expect(await reloaded(stage, HOME).auth.start()).toEqual({ status: 'signed-out' })
  })

  it('of nobody asks nobody', async () => {
    const { auth, provider, tab } = firstVisit()
    await auth.start()
    expect(await auth.logout()).toBe('local')
    expect(provider.requests).toEqual([])
    expect(tab.departures).toEqual([])
  })

  it('twice at once revokes once, and is told once', async () => {
    const { auth, provider } = await signedIn()
    const seen: string[] = []
    auth.subscribe(({ status }) => seen.push(status))
    await Promise.all([auth.logout(), auth.logout()])
    await settled()
    expect(provider.requestsTo('revocation')).toHaveLength(1)
    expect(seen).toEqual(['signed-out'])
  })

  it('J09 refuses the requests that were waiting, and tells watchers once', async () => {
    const { auth, provider } = await signedIn()
    const seen: string[] = []
    auth.subscribe(({ status }) => seen.push(status))
    provider.faults.token.always(hangs)
    sleep(601_000)
    const waiting = Array.from({ length: 5 }, () => refusal(auth.authFetch(API)))
    await until(() => provider.requestsTo('token').length === 2)
    await auth.logout()
    await advance(30_000)
    for (const { code } of await Promise.all(waiting)) expect(code).toBe('login_required')
    expect(seen).toEqual(['signed-out'])
    expect(provider.requestsTo('api')).toEqual([])
  })

  it('stops the timer: nothing is refreshed after it', async () => {
    const { auth, provider } = await signedIn()
    await auth.logout()
    await advance(3_600_000)
    expect(provider.requestsTo('token')).toHaveLength(1)
  })
})
