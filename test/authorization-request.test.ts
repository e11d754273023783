// @vitest-environment node
import type { AuthOptions } from 'latchkey'
import { held } from 'latchkey/testing'
import { describe, expect, it, vi } from 'vitest'
import { asked, askedBy } from './authorization-request/asked.ts'
import { backFromProvider, firstVisit, inAnotherTab, reloaded, returning } from './browser.ts'
import { advance } from './clock.ts'
import { expectRefusal, expectSignedOut } from './outcome.ts'
import { HOME, type Tab } from './tab.ts'

describe('The authorization request', () => {
  it('A01 carries an S256 challenge whose verifier the token endpoint gets', async () => {
    const stage = await backFromProvider()
    const challenge = asked(stage).get('code_challenge')
    expect(challenge).toMatch(/^[\w-]{43}$/)
    expect(asked(stage).get('code_challenge_method')).toBe('S256')
    expect(await stage.auth.start()).toMatchObject({ status: 'signed-in' })
    const verifier = stage.provider.requestsTo('token')[0]?.form.get('code_verifier') ?? ''
    expect(verifier).toMatch(/^[\w-]{43,128}$/)
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier)))
    expect(Buffer.from(hash).toString('base64url')).toBe(challenge)
  })

  it('A04, A05 has a state and a nonce of 256 evenly distributed bits, never twice the same', async () => {
    const { auth, tab } = firstVisit()
    const seen = new Set<string>()
    const counts: Record<string, number> = {}
    for (let login = 0; login < 10_000; login += 1) {
      await auth.login()
      const asked = new URL(tab.departures.at(-1) ?? '').searchParams
      for (const name of ['state', 'nonce', 'code_challenge']) seen.add(asked.get(name) ?? '')
      // The last character of 43 holds four bits only.
      for (const character of `${asked.get('state')}`.slice(0, 42) + `${asked.get('nonce')}`.slice(0, 42))
        counts[character] = (counts[character] ?? 0) + 1
      tab.sessionStorage.clear()
    }
    expect(seen.size).toBe(30_000)
    expect([...seen].every((text) => /^[\w-]{43}$/.test(text))).toBe(true)
    const expected = (10_000 * 84) / 64
    const chiSquare = Object.values(counts).reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    // 63 degrees of freedom: a fair source is above this once in ten billion runs.
    expect(chiSquare).toBeLessThan(170)
    expect(Object.keys(counts)).toHaveLength(64)
  }, 60_000)

  it('A04, A05 has them from the one source that nobody can foresee', async () => {
    const stage = firstVisit()
    const foreseeable = vi.spyOn(Math, 'random')
    const source = vi.spyOn(crypto, 'getRandomValues')
    await stage.auth.login()
    expect(foreseeable).not.toHaveBeenCalled()
    const drawn = source.mock.results.map(({ value }) => Buffer.from(value).toString('base64url'))
    expect(drawn.map((text) => text.length)).toEqual([43, 43, 43])
    expect(drawn).toContain(asked(stage).get('state'))
    expect(drawn).toContain(asked(stage).get('nonce'))
  })

  it('A04, L04 is not made where there is no such source', async () => {
    const { auth, tab } = firstVisit()
    vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) })
    await expectRefusal(auth.login(), 'configuration')
    vi.stubGlobal('crypto', undefined)
    await expectRefusal(auth.login(), 'configuration')
    expect(tab.departures).toEqual([])
  })

  it('A06, A22 says nothing about where in the app the person is going', async () => {
    const { auth, provider, tab, options } = firstVisit({ url: 'https://app.example.com/?from=inbox' })
    await auth.login({ returnTo: '/private-path/7?q=private-query#private-hash' })
    expect(tab.departures[0]).not.toMatch(/private|inbox/)
    const decoded = Buffer.from(new URL(tab.departures[0] ?? '').searchParams.get('state') ?? '', 'base64url')
    expect(decoded).toHaveLength(32)
    expect(decoded.toString('latin1')).not.toMatch(/private|inbox/)
    await tab.follow(provider)
    await tab.createAuth(options).start()
    expect(tab.url()).toBe('https://app.example.com/private-path/7?q=private-query#private-hash')
  })

  it.each<[AuthOptions['scope'], string]>([
    [undefined, 'openid profile email notes:read notes:write'],
    ['email offline_access', 'openid email offline_access notes:read notes:write'],
    ['openid openid  email', 'openid email notes:read notes:write'],
    [['b', 'a', 'a'], 'openid b a notes:read notes:write'],
    [[], 'openid notes:read notes:write'],
    ['', 'openid notes:read notes:write'],
    ['email openid', 'openid email notes:read notes:write'],
    [['email openid', 'openid', ' profile\temail\n'], 'openid email profile notes:read notes:write'],
    ['OpenID xopenid', 'openid OpenID xopenid notes:read notes:write'],
    ['notes:write openid', 'openid notes:write notes:read'],
  ])('A07 asks for openid once and keeps the order: %j', async (scope, expected) => {
    expect((await askedBy(scope === undefined ? {} : { scope })).get('scope')).toBe(expected)
  })

  it('carries the parameters of the options and of the login', async () => {
    const stage = firstVisit({ options: { parameters: { audience: 'a', ui_locales: 'de' } } })
    await stage.auth.login({ parameters: { ui_locales: 'fr', login_hint: 'ada@example.com & co' } })
    const params = asked(stage)
    expect(params.get('audience')).toBe('a')
    expect(params.get('ui_locales')).toBe('fr')
    expect(params.get('login_hint')).toBe('ada@example.com & co')
  })

  it('A16 with prompt=none becomes "not signed in", and goes nowhere by itself', async () => {
    const stage = firstVisit()
    stage.provider.signIn(undefined)
    await stage.auth.login({ parameters: { prompt: 'none' } })
    expect(asked(stage).get('prompt')).toBe('none')
    const { auth, tab, provider } = await returning(stage)
    const state = await auth.start()
    expectSignedOut(state, 'login_required')
    expect(state).toMatchObject({ reason: { provider: { error: 'login_required' } } })
    await advance(600_000)
    expect(tab.departures).toHaveLength(1)
    expect(provider.requestsTo('token')).toEqual([])
  })

  it.each(['interaction_required', 'consent_required', 'account_selection_required'])(
    'A16 with prompt=none that comes back with %s becomes "not signed in" too',
    async (error) => {
      const stage = firstVisit()
      await stage.auth.login({ parameters: { prompt: 'none' } })
      const { searchParams } = new URL(stage.tab.departures[0] ?? '')
      const back = { error, state: searchParams.get('state') ?? '', iss: 'https://login.example.com' }
      const { auth, tab, provider } = reloaded(stage, `${HOME}?${new URLSearchParams(back)}`)
      expectSignedOut(await auth.start(), 'login_required')
      await advance(600_000)
      expect(tab.departures).toHaveLength(1)
      expect(provider.requestsTo('token')).toEqual([])
    },
  )

  it('A20 is made once for a double click', async () => {
    const stage = firstVisit()
    await Promise.all([stage.auth.login(), stage.auth.login()])
    expect(stage.tab.departures).toHaveLength(1)
    const { auth } = await returning(stage)
    expect(await auth.start()).toMatchObject({ status: 'signed-in' })
  })

  it('A20 is made once for ten clicks while the provider is slow, and once more after that', async () => {
    const stage = firstVisit()
    const discovery = held()
    stage.provider.faults.discovery.once(discovery)
    const logins = Array.from({ length: 10 }, () => stage.auth.login())
    await discovery.asked
    discovery.release()
    await Promise.all(logins)
    expect(stage.tab.departures).toHaveLength(1)
    expect(stage.provider.requestsTo('discovery')).toHaveLength(1)
    await stage.auth.login()
    expect(stage.tab.departures).toHaveLength(2)
    expect(new Set(stage.tab.departures.map((url) => new URL(url).searchParams.get('state'))).size).toBe(2)
  })

  const framedBy = (tab: Tab, top: unknown) => Object.defineProperty(tab.window(), 'top', { value: top })
  const STRANGERS: Record<string, () => unknown> = {
    'that may not be looked at': () => ({
      get location() {
        throw new DOMException('Blocked', 'SecurityError')
      },
    }),
    'of another site': () => ({ location: { origin: 'https://evil.example' } }),
    'of another port': () => ({ location: { origin: 'https://app.example.com:8443' } }),
    'of no origin': () => ({ location: { origin: 'null' } }),
    'that is gone': () => null,
  }
  it.each(Object.entries(STRANGERS))('A23 is not made from within a frame %s', async (_, top) => {
    const { auth, tab, provider } = firstVisit()
    framedBy(tab, top())
    await expectRefusal(auth.login(), 'configuration')
    expect(tab.departures).toEqual([])
    expect(provider.requests).toEqual([])
    expect(Object.keys(tab.sessionStorage)).toEqual([])
  })

  it('A23 is made from within a frame of this origin', async () => {
    const { auth, tab } = firstVisit()
    framedBy(tab, { location: { origin: 'https://app.example.com' } })
    await auth.login()
    expect(tab.departures).toHaveLength(1)
  })
})

describe('Two logins under way', () => {
  it.each(['first', 'second'])('A21 in two tabs both succeed, the %s finishing first', async (which) => {
    const one = firstVisit()
    const other = inAnotherTab(one)
    one.tab.focus()
    await one.auth.login({ returnTo: '/one' })
    other.tab.focus()
    await other.auth.login({ returnTo: '/other' })
    for (const stage of which === 'first' ? [one, other] : [other, one]) {
      const { auth, tab } = await returning(stage)
      expect(await auth.start()).toMatchObject({ status: 'signed-in' })
      expect(tab.url()).toBe(stage === one ? 'https://app.example.com/one' : 'https://app.example.com/other')
    }
  })

  it('A21 in one tab do not disturb each other: the earlier one can still be finished', async () => {
    const stage = firstVisit()
    await stage.auth.login({ returnTo: '/earlier' })
    await stage.auth.login({ returnTo: '/later' })
    const [earlier = '', later = ''] = stage.tab.departures
    for (const [url, path] of [
      [earlier, 'earlier'],
      [later, 'later'],
    ] as const) {
      stage.tab.load(await stage.provider.visit(url))
      const auth = stage.tab.createAuth(stage.options)
      expect(await auth.start()).toMatchObject({ status: 'signed-in' })
      expect(stage.tab.url()).toBe(`https://app.example.com/${path}`)
    }
  })
})

it('A21 Two logins in one tab may come back in the other order, each to its own place and nonce', async () => {
  const stage = firstVisit()
  await stage.auth.login({ returnTo: '/earlier' })
  await stage.auth.login({ returnTo: '/later' })
  const callbacks = await Promise.all(stage.tab.departures.map((url) => stage.provider.visit(url)))
  for (const [url = '', path] of [
    [callbacks[1], 'later'],
    [callbacks[0], 'earlier'],
  ] as const) {
    stage.tab.load(url)
    expect(await stage.tab.createAuth(stage.options).start()).toMatchObject({ status: 'signed-in' })
    expect(stage.tab.url()).toBe(`${HOME}${path}`)
  }
  // The code of one under the state of the other fails at PKCE.
  const fresh = firstVisit()
  await fresh.auth.login()
  await fresh.auth.login()
  const [one, two] = await Promise.all(
    fresh.tab.departures.map(async (url) => new URL(await fresh.provider.visit(url))),
  )
  one?.searchParams.set('code', two?.searchParams.get('code') ?? '')
  fresh.tab.load(`${one}`)
  expectSignedOut(await fresh.tab.createAuth(fresh.options).start(), 'provider_error')
})

describe('Storage that cannot be used', () => {
  const refuse = () => {
    throw new DOMException('no', 'SecurityError')
  }
  it('L06 is said before anybody is sent away, when it is full', async () => {
    const { auth, tab } = firstVisit()
    vi.stubGlobal('sessionStorage', { setItem: refuse, getItem: () => null, removeItem() {} })
    await auth.start()
    await expectRefusal(auth.login(), 'configuration')
    expect(tab.departures).toEqual([])
  })

  it('L06 is said before anybody is sent away, when it is blocked', async () => {
    const { auth, tab } = firstVisit({ url: 'https://app.example.com/?code=x&state=y' })
    vi.stubGlobal('sessionStorage', undefined)
    Object.defineProperty(globalThis, 'sessionStorage', { get: refuse, configurable: true })
    expect((await auth.start()).status).toBe('signed-out')
    await expectRefusal(auth.login(), 'configuration')
    expect(tab.departures).toEqual([])
  })
})
