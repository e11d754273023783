// @vitest-environment node
import { type AuthOptions, createAuth } from 'latchkey'
import { createTestProvider } from 'latchkey/testing'
import { describe, expect, it, vi } from 'vitest'
import { firstVisit } from './browser.ts'
import { refusal } from './outcome.ts'

const WRONG: Record<string, Record<string, unknown[]>> = {
  issuer: {
    missing: [undefined, null, ''],
    'no URL': ['login.example.com', 'x', 42, {}, ['https://login.example.com']],
    'not https': [
      'http://login.example.com',
      'ftp://login.example.com',
      'http://localhost.evil.example',
      'http://128.0.0.1',
    ],
    dangerous: ['javascript:alert(1)', 'data:text/html,x', 'file:///etc'],
    'with more than an issuer has': [
      'https://login.example.com?x=1',
      'https://login.example.com#',
      'https://login.example.com/#x',
      'https://a:b@login.example.com',
    ],
  },
  clientId: { missing: [undefined, null, ''], 'no text': [42, {}, ['notes-spa']] },
  apis: {
    'no list': ['https://api.example.com', {}, 42],
    'no API': [[null], ['https://api.example.com/'], [42], [undefined]],
    'without a URL': [[{}], [{ url: '' }], [{ url: null }], [{ url: 42 }]],
    'no absolute https URL': [
      [{ url: '/api' }],
      [{ url: 'api.example.com' }],
      [{ url: 'http://api.example.com/' }],
      [{ url: '//api.example.com/' }],
      [{ url: 'javascript:alert(1)' }],
      [{ url: 'https://a:b@api.example.com/' }],
      [{ url: 'https://api.example.com/?x=1' }],
      [{ url: 'https://api.example.com/#x' }],
      [{ url: 'https://*.example.com/' }],
      [{ url: 'http://localhost.evil.example/' }],
      [{ url: 'blob:https://api.example.com/x' }],
      [{ url: new URL('https://api.example.com/') }],
    ],
    'no resource': [
      [{ url: 'https://api.example.com/', resource: 'x' }],
      [{ url: 'https://api.example.com/', resource: '' }],
      [{ url: 'https://api.example.com/', resource: 'https://api.example.com/#x' }],
      [{ url: 'https://api.example.com/', resource: 42 }],
      [{ url: 'https://api.example.com/', resource: {} }],
      [{ url: 'https://api.example.com/', resource: true }],
      [{ url: 'https://api.example.com/', resource: ['x'] }],
      [{ url: 'https://api.example.com/', resource: [42] }],
    ],
  },
  scope: { 'no scopes': [42, {}, true, [42], [null], () => 'openid', Symbol('openid')] },
  redirectUri: {
    'of another origin': [
      'https://evil.example/',
      '//evil.example/',
      'http://app.example.com/',
      'https://app.example.com:444/',
    ],
    dangerous: ['javascript:alert(1)', 'data:text/html,x', 'java\tscript:alert(1)', 'blob:https://app.example.com/x'],
    'with a fragment': ['/#', '/#x', 'https://app.example.com/#/callback'],
    'no text': [42, {}],
  },
  postLogoutRedirectUri: {
    'of another origin': ['https://evil.example/', '//evil.example/'],
    dangerous: ['javascript:alert(1)'],
    'no text': [42],
  },
  parameters: { 'ours to set': [{ state: 'x' }, { redirect_uri: 'x' }], 'no text': [{ prompt: 42 }] },
  clockTolerance: { 'no seconds': [-1, 601, Number.NaN, '300', Number.POSITIVE_INFINITY, null, {}] },
  timeout: { 'no milliseconds': [0, -1, Number.NaN, '10s', Number.POSITIVE_INFINITY, null, {}] },
  fetch: { 'no function': [42, 'fetch', {}] },
  metadata: { 'no object': [42, 'https://login.example.com', []] },
  clientSecret: { 'a secret in a browser': ['x'] },
  client_secret: { 'a secret in a browser': ['x'] },
  responseType: { unknown: ['token'] },
  usePkce: { unknown: [false] },
  isuer: { unknown: ['https://login.example.com'] },
}

const rows = Object.entries(WRONG).flatMap(([option, kinds]) =>
  Object.entries(kinds).flatMap(([kind, values]) => values.map((value) => [option, kind, value] as const)),
)

describe('createAuth', () => {
  it.each(rows)('refuses at once and names `%s` when it is %s: %j', async (option, kind, value) => {
    const { tab, provider, options } = firstVisit()
    const error = await refusal(() => tab.createAuth({ ...options, [option]: value } as unknown as AuthOptions))
    expect(error.code).toBe('configuration')
    const named = kind === 'no resource' ? 'resource' : option
    // The parameters that are ours are named themselves.
    expect(error.message).toContain(option === 'parameters' ? Object.keys(value as object)[0] : named)
    expect(provider.requests).toEqual([])
  })

  it.each([
    { apis: [] },
    { apis: [{ url: 'http://localhost:5171/' }] },
    { apis: [{ url: 'https://api.example.com' }] },
    { redirectUri: '/callback.html' },
    { redirectUri: 'https://app.example.com/callback?app=1' },
    { postLogoutRedirectUri: '/bye' },
    { scope: 'openid' },
    { clockTolerance: 0 },
    { timeout: 1 },
    { issuer: 'http://localhost:5172' },
    { issuer: 'https://login.example.com/tenant/v2.0' },
  ] satisfies Partial<AuthOptions>[])('takes %j', (members) => {
    const { tab, options } = firstVisit()
    expect(tab.createAuth({ ...options, ...members }).state).toEqual({ status: 'loading', waitingFor: 'start' })
  })

  it.each([undefined, null, 42, 'x'])('refuses %j for options', async (options) => {
    const { tab } = firstVisit()
    expect((await refusal(() => tab.createAuth(options as unknown as AuthOptions))).code).toBe('configuration')
  })

  it('I11 reads own properties only: what is put on Object.prototype is no option', async () => {
    const polluted: Record<string, unknown> = {
      apis: [{ url: 'https://evil.example/' }],
      parameters: { audience: 'evil' },
      redirectUri: 'https://evil.example/',
      scope: 'evil',
    }
    const { tab, options } = firstVisit()
    try {
      for (const [name, value] of Object.entries(polluted))
        Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true })
      const { issuer, clientId, fetch = globalThis.fetch } = options
      const auth = tab.createAuth({ issuer, clientId, fetch })
      await auth.login()
    } finally {
      for (const name of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, name)
    }
    expect(tab.departures[0]).toMatch(/^https:\/\/login\.example\.com\//)
    expect(tab.departures[0]).not.toMatch(/evil/)
    expect(new URL(tab.departures[0] ?? '').searchParams.get('scope')).toBe('openid profile email')
  })

  it.each([42, {}, [42], true])('refuses %j for the scope of an API', async (scope) => {
    const { tab, options } = firstVisit()
    const apis = [{ url: 'https://api.example.com/', scope }]
    const error = await refusal(() => tab.createAuth({ ...options, apis } as unknown as AuthOptions))
    expect(error.code).toBe('configuration')
    expect(error.message).toContain('scope')
  })

  it('I11 reads own properties of `apis` and `metadata` only', async () => {
    const polluted: Record<string, unknown> = {
      url: 'https://evil.example/',
      resource: 'https://evil.example/',
      end_session_endpoint: 'https://evil.example/logout',
      revocation_endpoint: 'https://evil.example/revoke',
      userinfo_endpoint: 'https://evil.example/userinfo',
    }
    const metadata = {
      authorization_endpoint: 'https://login.example.com/authorize',
      token_endpoint: 'https://login.example.com/token',
      jwks_uri: 'https://login.example.com/jwks',
    }
    const { tab, options, provider } = firstVisit({ options: { metadata } })
    try {
      for (const [name, value] of Object.entries(polluted))
        Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true })
      const withoutUrl = { ...options, apis: [{ scope: 'x' }] } as unknown as AuthOptions
      expect((await refusal(() => tab.createAuth(withoutUrl))).code).toBe('configuration')
      await tab.createAuth(options).login()
      expect(new URL(tab.departures[0] ?? '').searchParams.has('resource')).toBe(false)
      await tab.follow(provider)
      const auth = tab.createAuth(options)
      expect((await auth.start()).status).toBe('signed-in')
      expect((await refusal(auth.userInfo())).code).toBe('configuration')
      expect(await auth.logout()).toBe('local')
    } finally {
      for (const name of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, name)
    }
    expect(provider.requestsTo('elsewhere')).toEqual([])
  })

  it('L04 where the page is not secure a login says so, and makes nothing up without cryptography', async () => {
    const { auth, provider, tab } = firstVisit()
    const random = vi.spyOn(Math, 'random')
    const { getRandomValues } = globalThis.crypto
    vi.stubGlobal('crypto', { getRandomValues })
    const error = await refusal(auth.login())
    expect(error.code).toBe('configuration')
    expect(error.message).toContain('https')
    expect(random).not.toHaveBeenCalled()
    expect(tab.departures).toEqual([])
    expect(Object.keys(tab.sessionStorage).filter((name) => name.startsWith('latchkey login '))).toEqual([])
    expect(provider.requestsTo('token')).toEqual([])
  })

  it('L09 on a server does nothing and harms nobody', async () => {
    const auth = createAuth({
      issuer: 'https://login.example.com',
      clientId: 'notes-spa',
      fetch: createTestProvider().fetch,
    })
    expect(auth.state).toEqual({ status: 'loading', waitingFor: 'start' })
    expect(await auth.start()).toEqual({ status: 'loading', waitingFor: 'start' })
    auth.subscribe(() => {})()
    expect((await refusal(auth.login())).code).toBe('configuration')
    expect((await refusal(auth.authFetch('https://api.example.com/'))).code).toBe('configuration')
    auth.dispose()
  })
})
