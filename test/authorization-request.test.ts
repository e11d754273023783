// @vitest-environment node
import type { AuthOptions } from 'latchkey'
import { changes } from 'latchkey/testing'
import { describe, expect, it, vi } from 'vitest'
import { backFromProvider, firstVisit, inAnotherTab, returning, type Stage, signedIn } from './browser.ts'
import { expectRefusal, expectSignedOut, refusal } from './outcome.ts'

const askedFor = ({ tab }: Stage): URLSearchParams => new URL(tab.departures.at(-1) ?? '').searchParams

/** What `login()` asks the provider for. */
async function request(options: Partial<AuthOptions> = {}): Promise<URLSearchParams> {
  const stage = firstVisit({ options })
  await stage.auth.login()
  return askedFor(stage)
}

describe('The authorization request', () => {
  it('A01 carries an S256 challenge whose verifier the token endpoint gets', async () => {
    const stage = await backFromProvider()
    const challenge = askedFor(stage).get('code_challenge')
    expect(challenge).toMatch(/^[\w-]{43}$/)
    expect(askedFor(stage).get('code_challenge_method')).toBe('S256')
    expect(await stage.auth.start()).toMatchObject({ status: 'signed-in' })
    const verifier = stage.provider.requestsTo('token')[0]?.form.get('code_verifier') ?? ''
    expect(verifier).toMatch(/^[\w-]{43,128}$/)
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier)))
    expect(Buffer.from(hash).toString('base64url')).toBe(challenge)
  })

  it('A02 is not made for a provider that offers plain PKCE only', async () => {
    const { auth, provider, tab } = firstVisit()
    provider.faults.discovery.always(changes((body) => ({ ...body, code_challenge_methods_supported: ['plain'] })))
    await expectRefusal(auth.login(), 'configuration')
    expect(tab.departures).toEqual([])
  })

  it('A03 uses S256 where the provider does not say what it supports', async () => {
    const stage = firstVisit()
    stage.provider.faults.discovery.once(changes(({ code_challenge_methods_supported: _, ...rest }) => rest))
    await stage.auth.login()
    expect(askedFor(stage).get('code_challenge_method')).toBe('S256')
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
      for (const character of `${asked.get('state')}`.slice(0, 42)) counts[character] = (counts[character] ?? 0) + 1
      tab.sessionStorage.clear()
    }
    expect(seen.size).toBe(30_000)
    expect([...seen].every((text) => /^[\w-]{43}$/.test(text))).toBe(true)
    const expected = (10_000 * 42) / 64
    const chiSquare = Object.values(counts).reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    // 63 degrees of freedom: a fair source is above this once in ten billion runs.
    expect(chiSquare).toBeLessThan(170)
    expect(Object.keys(counts)).toHaveLength(64)
  }, 60_000)

  it('A06 says nothing about where in the app the person is going', async () => {
    const { auth, provider, tab, options } = firstVisit({ url: 'https://app.example.com/?from=inbox' })
    await auth.login({ returnTo: '/private-path/7?q=private-query#private-hash' })
    expect(tab.departures[0]).not.toMatch(/private|inbox/)
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
  ])('A07 asks for openid once and keeps the order: %j', async (scope, expected) => {
    expect((await request(scope === undefined ? {} : { scope })).get('scope')).toBe(expected)
  })

  it('A08 resolves a relative redirect URI once and gives the token endpoint the same', async () => {
    const script = {
      options: { redirectUri: '/signed-in?app=1' },
      provider: { redirectUris: ['https://app.example.com/signed-in?app=1'] },
    }
    const stage = await signedIn(script)
    expect(askedFor(stage).get('redirect_uri')).toBe('https://app.example.com/signed-in?app=1')
    const [exchange] = stage.provider.requestsTo('token')
    expect(exchange?.form.get('redirect_uri')).toBe('https://app.example.com/signed-in?app=1')
  })

  const OURS = {
    state: 'x',
    nonce: 'x',
    redirect_uri: 'https://evil.example/',
    code_challenge: 'x',
    code_challenge_method: 'plain',
    client_id: 'x',
    client_secret: 'x',
    client_assertion: 'x',
    response_type: 'token',
    response_mode: 'fragment',
    scope: 'admin',
    resource: 'https://evil.example/',
    request: 'x',
    request_uri: 'https://evil.example/',
  }
  it.each(Object.entries(OURS))('A09, A14 lets no app parameter override %s', async (name, value) => {
    const { auth, tab, options } = firstVisit()
    const error = await refusal(auth.login({ parameters: { [name]: value } }))
    expect(error.code).toBe('configuration')
    expect(error.message).toContain(name)
    await expectRefusal(() => tab.createAuth({ ...options, parameters: { [name]: value } }), 'configuration')
    expect(tab.departures).toEqual([])
  })

  it.each([42, null, { toString: () => 'x' }, ['a']])('refuses a parameter that is no string: %j', async (value) => {
    const { auth } = firstVisit()
    await expectRefusal(auth.login({ parameters: { prompt: value as string } }), 'configuration')
  })

  it('carries the parameters of the options and of the login', async () => {
    const stage = firstVisit({ options: { parameters: { audience: 'a', ui_locales: 'de' } } })
    await stage.auth.login({ parameters: { ui_locales: 'fr', login_hint: 'ada@example.com & co' } })
    const asked = askedFor(stage)
    expect(asked.get('audience')).toBe('a')
    expect(asked.get('ui_locales')).toBe('fr')
    expect(asked.get('login_hint')).toBe('ada@example.com & co')
  })

  it('A10, A11, A12 keeps the query of the endpoint, drops its fragment, and repeats no parameter', async () => {
    const stage = firstVisit()
    const endpoint = 'https://login.example.com/authorize?tenant=a%20b&scope=evil&client_id=evil&resource=x#fragment'
    stage.provider.faults.discovery.once(changes((body) => ({ ...body, authorization_endpoint: endpoint })))
    await stage.auth.login()
    const asked = askedFor(stage)
    expect(asked.get('tenant')).toBe('a b')
    expect(asked.getAll('client_id')).toEqual(['notes-spa'])
    expect(asked.getAll('scope')).toEqual(['openid profile email notes:read notes:write'])
    expect(asked.getAll('resource')).toEqual([])
    expect(stage.tab.departures[0]).not.toContain('#')
    await returning(stage)
  })

  it.each([
    'javascript:alert(1)//https://login.example.com/',
    '\tJaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'blob:https://login.example.com/x',
    'file:///etc/passwd',
    'http://login.example.com/authorize',
    '/authorize',
    '',
  ])('A13 never goes to an authorization endpoint at %j', async (endpoint) => {
    const { auth, provider, tab } = firstVisit()
    provider.faults.discovery.always(changes((body) => ({ ...body, authorization_endpoint: endpoint })))
    await expectRefusal(auth.login(), 'configuration')
    expect(tab.departures).toEqual([])
  })

  it('A16 with prompt=none becomes "not signed in", and goes nowhere by itself', async () => {
    const stage = firstVisit()
    stage.provider.signIn(undefined)
    await stage.auth.login({ parameters: { prompt: 'none' } })
    expect(askedFor(stage).get('prompt')).toBe('none')
    const { auth, tab, provider } = await returning(stage)
    const state = await auth.start()
    expectSignedOut(state, 'login_required')
    expect(state).toMatchObject({ reason: { provider: { error: 'login_required' } } })
    expect(tab.departures).toHaveLength(1)
    expect(provider.requestsTo('token')).toEqual([])
  })

  it('A19 names each resource once, at the token endpoint too', async () => {
    const api = { url: 'https://api.example.com/', resource: 'https://api.example.com/' }
    const stage = await signedIn({ options: { apis: [api, { ...api, url: 'https://api.example.com/v2' }] } })
    expect(askedFor(stage).getAll('resource')).toEqual(['https://api.example.com/'])
    expect(stage.provider.requestsTo('token')[0]?.form.getAll('resource')).toEqual(['https://api.example.com/'])
    const two = [api, { url: 'https://other.example/', resource: 'urn:other' }]
    expect((await request({ apis: two })).getAll('resource')).toEqual(['https://api.example.com/', 'urn:other'])
  })

  it('A20 is made once for a double click', async () => {
    const stage = firstVisit()
    await Promise.all([stage.auth.login(), stage.auth.login()])
    expect(stage.tab.departures).toHaveLength(1)
    const { auth } = await returning(stage)
    expect(await auth.start()).toMatchObject({ status: 'signed-in' })
  })

  it('A23 is not made from within a frame of another site', async () => {
    const { auth, tab } = firstVisit()
    const stranger = {
      get location() {
        throw new DOMException('Blocked', 'SecurityError')
      },
    }
    Object.defineProperty(tab.window(), 'top', { value: stranger })
    await expectRefusal(auth.login(), 'configuration')
    expect(tab.departures).toEqual([])
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

describe('A login with conditions', () => {
  it.each(['0', '300'])('A17 sends max_age=%s and takes a login that is as recent', async (maxAge) => {
    const stage = firstVisit()
    await stage.auth.login({ parameters: { max_age: maxAge } })
    expect(askedFor(stage).get('max_age')).toBe(maxAge)
    expect(await (await returning(stage)).auth.start()).toMatchObject({ status: 'signed-in' })
  })

  it.each([
    ['missing', undefined],
    ['an hour old', -3600],
    ['no number', 'now'],
  ])('A17, D46 refuses a login whose auth_time is %s', async (_, authTime) => {
    const stage = firstVisit()
    await stage.auth.login({ parameters: { max_age: '300' } })
    const wrong = (iat: unknown) => (typeof authTime === 'number' ? Number(iat) + authTime : authTime)
    stage.provider.idToken.always({ claims: (claims) => ({ ...claims, auth_time: wrong(claims.iat) }) })
    expectSignedOut(await (await returning(stage)).auth.start(), 'token_invalid')
  })

  it.each(['-1', '1.5', 'soon', ''])('A17 refuses max_age=%j', async (max_age) => {
    await expectRefusal(firstVisit().auth.login({ parameters: { max_age } }), 'configuration')
  })

  const stepUp = { acrValues: 'gold silver', maxAge: 60, scope: 'notes:delete' }

  it('A18 asks for what a step-up challenge wants, and takes a login that meets it', async () => {
    const stage = firstVisit()
    await stage.auth.login({ stepUp })
    expect(Object.fromEntries(askedFor(stage))).toMatchObject({
      acr_values: 'gold silver',
      max_age: '60',
      scope: 'openid profile email notes:read notes:write notes:delete',
    })
    expect(await (await returning(stage)).auth.start()).toMatchObject({ status: 'signed-in' })
  })

  it.each([{ acr: 'bronze' }, { acr: undefined }, { auth_time: 1 }])(
    'A18 refuses a login that does not meet the challenge: %j',
    async (claims) => {
      const stage = firstVisit()
      await stage.auth.login({ stepUp })
      stage.provider.idToken.always({ claims: (right) => ({ ...right, ...claims }) })
      expectSignedOut(await (await returning(stage)).auth.start(), 'token_invalid')
    },
  )
})

describe('returnTo', () => {
  it.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'https:\\\\evil.example',
    'https://app.example.com.evil.example/',
    'https://app.example.com@evil.example/',
    'https://ada:pw@app.example.com/',
    'http://app.example.com/',
    '/\t/evil.example',
    '\n//evil.example',
    'javascript:alert(1)',
    'java\tscript:alert(1)',
    'data:text/html,x',
    'blob:https://app.example.com/x',
  ])('J13 refuses %j', async (returnTo) => {
    const { auth, tab } = firstVisit()
    await expectRefusal(auth.login({ returnTo }), 'configuration')
    expect(tab.departures).toEqual([])
  })

  it.each([
    ['/notes/7', 'https://app.example.com/notes/7'],
    ['%2f%2fevil.example', 'https://app.example.com/%2f%2fevil.example'],
    ['http:notes', undefined],
    ['?tab=2', 'https://app.example.com/?tab=2'],
    [undefined, 'https://app.example.com/start?x=1#y'],
  ])('takes people to %j of this origin', async (returnTo, expected) => {
    const stage = firstVisit(returnTo === undefined ? { url: 'https://app.example.com/start?x=1#y' } : {})
    if (expected === undefined) return expectRefusal(stage.auth.login({ returnTo: `${returnTo}` }), 'configuration')
    await stage.auth.login(returnTo === undefined ? {} : { returnTo })
    const { auth, tab } = await returning(stage)
    expect(await auth.start()).toMatchObject({ status: 'signed-in' })
    return expect(tab.url()).toBe(expected)
  })
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
