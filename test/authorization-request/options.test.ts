// @vitest-environment node
import type { AuthOptions } from 'latchkey'
import { describe, expect, it } from 'vitest'
import { firstVisit, signedIn } from '../browser.ts'
import { expectRefusal, refusal } from '../outcome.ts'
import { asked, askedBy, PROTOCOL } from './asked.ts'

const each = (values: readonly unknown[]) => values.map((value) => ({ value }))

describe('The redirect URI', () => {
  it('A08 is resolved once, and the token endpoint gets the same', async () => {
    const stage = await signedIn({
      url: 'https://app.example.com/deep/er?x=1#y',
      options: { redirectUri: '../signed-in?app=1' },
      provider: { redirectUris: ['https://app.example.com/signed-in?app=1'] },
    })
    expect(asked(stage).get('redirect_uri')).toBe('https://app.example.com/signed-in?app=1')
    const [exchange] = stage.provider.requestsTo('token')
    expect(exchange?.form.get('redirect_uri')).toBe('https://app.example.com/signed-in?app=1')
  })

  it.each([
    ['/', 'https://app.example.com/'],
    ['/a b', 'https://app.example.com/a%20b'],
    ['/x/../y', 'https://app.example.com/y'],
    ['HTTPS://APP.EXAMPLE.COM:443/y', 'https://app.example.com/y'],
    ['https://app.example.com', 'https://app.example.com/'],
    [undefined, 'https://app.example.com/'],
  ])('A08 is told as the browser will show it: %j', async (redirectUri, expected) => {
    expect((await askedBy(redirectUri === undefined ? {} : { redirectUri })).get('redirect_uri')).toBe(expected)
  })

  const WRONG = [
    '/#',
    '/#x',
    '#',
    'https://app.example.com/#/callback',
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    '\\\\evil.example',
    '/\t/evil.example',
    'https://app.example.com.evil.example/',
    'https://app.example.com@evil.example/',
    'https://ada:pw@app.example.com/',
    'https://app.example.com:8443/',
    'http://app.example.com/',
    'javascript:alert(1)',
    'java\tscript:alert(1)',
    'data:text/html,x',
    'blob:https://app.example.com/x',
    'file:///',
    'custom-app:/callback',
    'urn:ietf:wg:oauth:2.0:oob',
    42,
    {},
    ['/'],
    null,
  ]
  it.each(each(WRONG))('A08 is refused when it is $value', async ({ value }) => {
    const { tab, options, provider } = firstVisit()
    await expectRefusal(() => tab.createAuth({ ...options, redirectUri: value } as AuthOptions), 'configuration')
    expect(provider.requests).toEqual([])
  })
})

describe('What an app passes on', () => {
  const OURS: Record<string, string> = {
    state: 'x',
    nonce: 'x',
    redirect_uri: 'https://evil.example/',
    code_challenge: 'x',
    code_challenge_method: 'plain',
    client_id: 'x',
    client_secret: 'x',
    client_assertion: 'x',
    client_assertion_type: 'x',
    response_type: 'token',
    response_mode: 'fragment',
    scope: 'admin',
    resource: 'https://evil.example/',
    request: 'x',
    request_uri: 'https://evil.example/',
  }
  it.each(Object.entries(OURS))('A09 cannot override %s', async (name, value) => {
    const { auth, tab, options } = firstVisit()
    for (const text of [value, '']) {
      const error = await refusal(auth.login({ parameters: { [name]: text } }))
      expect(error.code).toBe('configuration')
      expect(error.message).toContain(name)
      await expectRefusal(() => tab.createAuth({ ...options, parameters: { [name]: text } }), 'configuration')
    }
    expect(tab.departures).toEqual([])
  })

  it.each(['state[]', 'scope ', ' nonce', 'client%5Fid', 'redirect uri', 'state\u0000', 'ѕtate', '', 'a&state', 'a=b'])(
    'A09 has no parameter of the name %j',
    async (name) => {
      const { auth, tab, options } = firstVisit()
      await expectRefusal(auth.login({ parameters: { [name]: 'x' } }), 'configuration')
      await expectRefusal(() => tab.createAuth({ ...options, parameters: { [name]: 'x' } }), 'configuration')
      expect(tab.departures).toEqual([])
    },
  )

  it.each(['x&state=evil', 'x#&client_id=evil', 'x\r\nstate: evil', '%26state%3Devil', '\ud800', '💥', ''])(
    'A09, A10 smuggles nothing in within a value: %j',
    async (login_hint) => {
      const params = await askedBy({}, { parameters: { login_hint } })
      for (const name of PROTOCOL) {
        expect(params.getAll(name)).toHaveLength(1)
        expect(params.get(name)).not.toContain('evil')
      }
      expect(params.get('login_hint')).toBe(login_hint.replace('\ud800', '\ufffd'))
    },
  )

  it.each(each([42, null, true, undefined, {}, { toString: () => 'x' }, ['a'], Symbol('x'), () => 'x', 1n]))(
    'A09 is text and nothing else: $value',
    async ({ value }) => {
      const { auth, tab, options } = firstVisit()
      const parameters = { prompt: value as string }
      await expectRefusal(auth.login({ parameters }), 'configuration')
      await expectRefusal(() => tab.createAuth({ ...options, parameters }), 'configuration')
      expect(tab.departures).toEqual([])
    },
  )

  it('A09 is read once: what answers differently the second time is what it was the first', async () => {
    let reads = 0
    const parameters = {
      get prompt() {
        reads += 1
        return reads === 1 ? 'login' : 'none&state=evil'
      },
    }
    expect((await askedBy({}, { parameters })).getAll('prompt')).toEqual(['login'])
  })

  it('A09 is read as it was when the client was made', async () => {
    const parameters: Record<string, string> = { audience: 'api' }
    const stage = firstVisit({ options: { parameters } })
    parameters.audience = 'evil'
    parameters.state = 'evil'
    await stage.auth.login()
    expect(asked(stage).getAll('audience')).toEqual(['api'])
    expect(asked(stage).getAll('state')).not.toContain('evil')
  })

  it.each(['token', 'id_token', 'code token', 'code id_token', 'none', 'code'])(
    'A14 is no response type, %s least of all',
    async (type) => {
      const { auth, tab, options } = firstVisit()
      await expectRefusal(auth.login({ parameters: { response_type: type } }), 'configuration')
      await expectRefusal(auth.login({ parameters: { response_mode: 'fragment' } }), 'configuration')
      for (const name of ['responseType', 'response_type', 'flow', 'grantType'])
        await expectRefusal(() => tab.createAuth({ ...options, [name]: type } as AuthOptions), 'configuration')
      expect(tab.departures).toEqual([])
    },
  )

  it.each(['clientSecret', 'client_secret', 'secret', 'clientAssertion', 'client_assertion', 'clientAuthentication'])(
    'A15 is no %s: a browser cannot keep one',
    async (name) => {
      const { tab, options, provider } = firstVisit()
      const secret = 'the-secret-of-this-client'
      const error = await refusal(() => tab.createAuth({ ...options, [name]: secret } as AuthOptions))
      expect(error.code).toBe('configuration')
      expect(error.message).toContain(name)
      expect(error.message).not.toContain(secret)
      expect(provider.requests).toEqual([])
    },
  )

  it('A15 is no secret by another way either: what metadata says of one is sent nowhere', async () => {
    const base = 'https://login.example.com'
    const metadata = {
      authorization_endpoint: `${base}/authorize`,
      token_endpoint: `${base}/token`,
      jwks_uri: `${base}/jwks`,
      client_secret: 'the-secret-of-this-client',
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    }
    const stage = await signedIn({ options: { metadata } })
    expect(stage.tab.departures.join()).not.toContain('secret')
    for (const { request, form } of stage.provider.requests) {
      expect(`${form}${request.url}`).not.toContain('secret')
      expect(request.headers.has('authorization')).toBe(false)
    }
  })

  it('A01 is no way to turn PKCE off', async () => {
    const { tab, options } = firstVisit()
    for (const name of ['pkce', 'usePkce', 'usePKCE', 'disablePKCE', 'pkceMethod', 'codeChallengeMethod', 'skipPkce'])
      for (const value of [false, true, 'plain', undefined])
        await expectRefusal(() => tab.createAuth({ ...options, [name]: value } as AuthOptions), 'configuration')
  })

  it('A19 names each resource once, at the token endpoint too', async () => {
    const api = { url: 'https://api.example.com/', resource: 'https://api.example.com/' }
    const stage = await signedIn({ options: { apis: [api, { ...api, url: 'https://api.example.com/v2' }] } })
    expect(asked(stage).getAll('resource')).toEqual(['https://api.example.com/'])
    expect(stage.provider.requestsTo('token')[0]?.form.getAll('resource')).toEqual(['https://api.example.com/'])
    const two = [api, { url: 'https://other.example/', resource: 'urn:other' }]
    expect((await askedBy({ apis: two })).getAll('resource')).toEqual(['https://api.example.com/', 'urn:other'])
    expect((await askedBy({ apis: [{ url: 'https://api.example.com/' }] })).getAll('resource')).toEqual([])
  })

  it.each(each(['x', '', '/api', '//api.example.com', 'https://api.example.com/#', 'urn:x#y', 42, {}, [['urn:x']]]))(
    'A19 is no resource like $value',
    async ({ value }) => {
      const { tab, options } = firstVisit()
      const apis = [{ url: 'https://api.example.com/', resource: value }]
      await expectRefusal(() => tab.createAuth({ ...options, apis } as AuthOptions), 'configuration')
    },
  )
})
