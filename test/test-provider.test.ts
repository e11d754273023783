// @vitest-environment node
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import {
  breaks,
  createTestProvider,
  GRACE,
  redirects,
  signingKey,
  type TestProvider,
  withoutCors,
} from 'latchkey/testing'
import { describe, expect, it } from 'vitest'

const REDIRECT = 'https://app.example.com/'
const VERIFIER = 'v'.repeat(43)
const CHALLENGE = 'wIXM4-9ehzcgr8ANdfYNKGZgH3JYG9UQ9u-Zqu0-7fo'

async function challengeOf(verifier: string) {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  return Buffer.from(hash).toString('base64url')
}

const asking = (change: Record<string, string> = {}) => {
  const right = {
    client_id: 'notes-spa',
    redirect_uri: REDIRECT,
    response_type: 'code',
    scope: 'openid',
    state: 's',
    nonce: 'n',
    code_challenge_method: 'S256',
    code_challenge: CHALLENGE,
  }
  return `https://login.example.com/authorize?${new URLSearchParams({ ...right, ...change })}`
}

const post = (provider: TestProvider, form: Record<string, string>) =>
  provider.fetch('https://login.example.com/token', {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'notes-spa', ...form }),
  })

async function signIn(provider: TestProvider) {
  const callback = await provider.visit(asking({ code_challenge: await challengeOf(VERIFIER) }))
  const code = new URL(callback).searchParams.get('code') ?? ''
  return { grant_type: 'authorization_code', code, code_verifier: VERIFIER, redirect_uri: REDIRECT }
}

describe('The test provider', () => {
  it.each([
    [{ response_type: 'token' }, 'invalid_request'],
    [{ scope: 'profile' }, 'invalid_request'],
    [{ code_challenge_method: 'plain' }, 'invalid_request'],
    [{ code_challenge: 'short' }, 'invalid_request'],
  ])('refuses a request with %j', async (change, error) => {
    const { searchParams } = new URL(await createTestProvider().visit(asking(change as Record<string, string>)))
    expect(Object.fromEntries(searchParams)).toMatchObject({ error, state: 's', iss: 'https://login.example.com' })
  })

  it('redirects nobody to a stranger', async () => {
    const provider = createTestProvider()
    await expect(provider.visit(asking({ redirect_uri: 'https://evil.example/' }))).rejects.toThrow(/shows a page/)
    await expect(provider.visit(asking({ client_id: 'other' }))).rejects.toThrow(/shows a page/)
  })

  it('refuses a repeated parameter', async () => {
    const callback = await createTestProvider().visit(`${asking()}&state=again`)
    expect(new URL(callback).searchParams.get('error')).toBe('invalid_request')
  })

  it('gives tokens for a code with its verifier, once, and ends everything at the second time', async () => {
    const provider = createTestProvider()
    const form = await signIn(provider)
    const tokens = await (await post(provider, form)).json()
    const { publicKey } = await provider.keys.current()
    const { payload } = await jwtVerify(tokens.id_token, publicKey, { audience: 'notes-spa' })
    expect(payload).toMatchObject({ sub: 'ada', nonce: 'n', iss: 'https://login.example.com' })
    expect(decodeProtectedHeader(tokens.access_token).typ).toBe('at+jwt')
    expect(await (await post(provider, form)).json()).toMatchObject({ error: 'invalid_grant' })
    const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
    expect(await (await post(provider, refresh)).json()).toMatchObject({ error: 'invalid_grant' })
    expect(provider.reuses()).toBe(1)
  })

  it.each([{ code_verifier: 'w'.repeat(43) }, { redirect_uri: 'https://app.example.com/other' }, { code: 'x' }])(
    'gives none with %j',
    async (change) => {
      const provider = createTestProvider()
      const response = await post(provider, { ...(await signIn(provider)), ...change })
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ error: 'invalid_grant' })
    },
  )

  it('rotates refresh tokens and notices reuse', async () => {
    const provider = createTestProvider()
    const first = await (await post(provider, await signIn(provider))).json()
    const refresh = (token: string) => post(provider, { grant_type: 'refresh_token', refresh_token: token })
    const second = await (await refresh(first.refresh_token)).json()
    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect((await refresh(first.refresh_token)).status).toBe(400)
    expect((await refresh(second.refresh_token)).status).toBe(400)
  })

  it('has an API that takes its tokens and no others', async () => {
    const provider = createTestProvider()
    const call = (token?: string) =>
      provider.fetch('https://api.example.com/', { headers: token ? { authorization: `Bearer ${token}` } : {} })
    const tokens = await (await post(provider, await signIn(provider))).json()
    expect(await (await call(tokens.access_token)).json()).toMatchObject({ sub: 'ada' })
    for (const token of [undefined, 'x', tokens.id_token]) expect((await call(token)).status).toBe(401)
    await provider.keys.rotate()
    expect((await call(tokens.access_token)).status).toBe(401)
  })

  it('knows who is there with prompt=none', async () => {
    const provider = createTestProvider()
    provider.signIn(undefined)
    const callback = await provider.visit(asking({ prompt: 'none' }))
    expect(new URL(callback).searchParams.get('error')).toBe('login_required')
    provider.signIn(GRACE)
    expect(new URL(await provider.visit(asking({ prompt: 'none' }))).searchParams.has('code')).toBe(true)
  })

  it('remembers every secret that it saw or made', async () => {
    const provider = createTestProvider()
    const tokens = await (await post(provider, await signIn(provider))).json()
    for (const secret of [VERIFIER, 's', 'n', tokens.access_token, tokens.refresh_token, tokens.id_token])
      expect(provider.secrets).toContain(secret)
  })

  it('signs with the key that it is told to', async () => {
    const provider = createTestProvider()
    provider.idToken.once({
      signWith: await signingKey('ES256', 'evil'),
      claims: (claims) => ({ ...claims, sub: 'eve' }),
    })
    const { id_token } = await (await post(provider, await signIn(provider))).json()
    expect(decodeProtectedHeader(id_token)).toMatchObject({ alg: 'ES256', kid: 'evil' })
  })
})

describe('Its UserInfo endpoint', () => {
  const url = 'https://login.example.com/userinfo'
  const call = (provider: TestProvider, token: string) =>
    provider.fetch(url, { headers: { authorization: `Bearer ${token}` } })

  it('is advertised, and answers who the access token speaks of', async () => {
    const provider = createTestProvider()
    const metadata = await provider.fetch('https://login.example.com/.well-known/openid-configuration')
    expect(await metadata.json()).toMatchObject({ userinfo_endpoint: url })
    const form = await signIn(provider)
    provider.signIn(GRACE)
    const { access_token } = await (await post(provider, form)).json()
    expect(await (await call(provider, access_token)).json()).toEqual({
      sub: 'ada',
      name: 'Ada Lovelace',
      email: 'ada@example.com',
    })
    expect(provider.requestsTo('userInfo')).toHaveLength(1)
  })

  it('refuses no token, a foreign one, and one whose session was revoked, with a challenge that can be read', async () => {
    const provider = createTestProvider()
    const tokens = await (await post(provider, await signIn(provider))).json()
    expect((await provider.fetch(url)).headers.get('www-authenticate')).toBe('Bearer')
    provider.revokeEverything()
    for (const token of ['x', tokens.id_token, tokens.access_token]) {
      const { status, headers } = await call(provider, token)
      expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer error="invalid_token"'])
    }
  })

  it('refuses a token that has expired', async () => {
    const provider = createTestProvider({ lifetime: 0 })
    const { access_token } = await (await post(provider, await signIn(provider))).json()
    expect((await call(provider, access_token)).status).toBe(401)
  })
})

describe('Its keys', () => {
  const ALL = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const

  it('stand side by side, and any of them can be told to sign', async () => {
    const provider = createTestProvider({ algorithms: ALL })
    const metadata = await (await provider.fetch('https://login.example.com/.well-known/openid-configuration')).json()
    expect(metadata.id_token_signing_alg_values_supported).toEqual(ALL)
    const keySet = createLocalJWKSet(await (await provider.fetch('https://login.example.com/jwks')).json())
    for (const alg of ALL) {
      provider.keys.use(alg)
      const { id_token, access_token } = await (await post(provider, await signIn(provider))).json()
      expect((await jwtVerify(id_token, keySet)).protectedHeader.alg).toBe(alg)
      const response = await provider.fetch('https://api.example.com/', {
        headers: { authorization: `Bearer ${access_token}` },
      })
      expect(response.status).toBe(200)
    }
  })

  it.each(['RS384', 'RS512', 'PS384', 'PS512', 'ES384', 'ES512', 'Ed25519'] as const)(
    'can be of %s too, with a header of any kind',
    async (algorithm) => {
      const provider = createTestProvider({ algorithm })
      provider.idToken.once({ header: (header) => ({ ...header, typ: 'other' }) })
      const { id_token } = await (await post(provider, await signIn(provider))).json()
      const keySet = createLocalJWKSet(await provider.keys.keySet())
      expect((await jwtVerify(id_token, keySet)).protectedHeader).toMatchObject({ alg: algorithm, typ: 'other' })
    },
  )

  it('include whatever is published, before the right ones', async () => {
    const { keys, fetch } = createTestProvider()
    keys.publish({ kty: 'junk' })
    keys.publish(null)
    const before = (await keys.current()).jwk
    keys.publish(before)
    await keys.rotate()
    const { jwk } = await keys.current()
    expect(await (await fetch('https://login.example.com/jwks')).json()).toEqual({
      keys: [{ kty: 'junk' }, null, before, jwk],
    })
  })

  it('sign with no algorithm that the provider does not have', () => {
    expect(() => createTestProvider().keys.use('ES256')).toThrow(TypeError)
    expect(() => createTestProvider({ algorithm: 'ES256', algorithms: ['RS256'] })).toThrow(TypeError)
  })

  it('are remembered at logout after a rotation, and the state comes back', async () => {
    const provider = createTestProvider()
    const { id_token } = await (await post(provider, await signIn(provider))).json()
    await provider.keys.rotate()
    const query = new URLSearchParams({ id_token_hint: id_token, post_logout_redirect_uri: REDIRECT, state: 'bye' })
    expect(await provider.visit(`https://login.example.com/logout?${query}`)).toBe(`${REDIRECT}?state=bye`)
    expect(new URL(await provider.visit(asking({ prompt: 'none' }))).searchParams.get('error')).toBe('login_required')
  })
})

describe('The logout page', () => {
  const leaving = (query: Record<string, string>) =>
    createTestProvider().visit(
      `https://login.example.com/logout?${new URLSearchParams({ post_logout_redirect_uri: REDIRECT, ...query })}`,
    )

  it('goes without a hint by the client id', async () => {
    expect(await leaving({ client_id: 'notes-spa' })).toBe(REDIRECT)
  })

  it.each([{}, { client_id: 'other' }, { id_token_hint: '' }, { id_token_hint: 'x.y.z', client_id: 'notes-spa' }])(
    'stays where it is with %j',
    async (query) => {
      await expect(leaving(query)).rejects.toThrow('The provider shows a page')
    },
  )
})

describe('Behind a server', () => {
  it('it answers preflights of any page, which are not counted and spend no fault', async () => {
    const provider = createTestProvider()
    provider.faults.api.once(redirects('https://evil.example/'))
    const preflight = {
      origin: 'http://localhost:5173',
      'access-control-request-method': 'DELETE',
      'access-control-request-headers': 'authorization,x-own',
    }
    const url = 'https://api.example.com/'
    const { status, headers } = await provider.handle(new Request(url, { method: 'OPTIONS', headers: preflight }))
    expect(status).toBe(204)
    expect(headers.get('access-control-allow-origin')).toBe('*')
    expect(headers.get('access-control-allow-methods')).toBe('DELETE')
    expect(headers.get('access-control-allow-headers')).toBe('authorization,x-own')
    expect(provider.requests).toEqual([])
    expect((await provider.handle(new Request(url))).status).toBe(302)
    expect(provider.requestsTo('api')).toHaveLength(1)
  })

  it('it sends whoever is signed in back from the authorization endpoint', async () => {
    const provider = createTestProvider()
    const response = await provider.handle(new Request(asking()))
    expect(response.status).toBe(302)
    expect(response.headers.get('location')).toMatch(/^https:\/\/app\.example\.com\/\?code=/)
  })

  it('it rejects where the connection is to break', async () => {
    const provider = createTestProvider()
    provider.faults.token.once(breaks)
    await expect(provider.handle(new Request('https://login.example.com/token'))).rejects.toThrow(TypeError)
  })

  it('its API can live at the origin of the provider', async () => {
    const provider = createTestProvider({ issuer: 'http://localhost:4000', api: 'http://localhost:4000/api' })
    expect((await provider.handle(new Request('http://localhost:4000/api/notes'))).status).toBe(401)
    expect(provider.requests.map(({ endpoint }) => endpoint)).toEqual(['api'])
  })
})

describe('Its fetch is one of a browser', () => {
  const url = 'https://api.example.com/'
  it('fails with TypeError without CORS, and when the connection breaks', async () => {
    const provider = createTestProvider()
    provider.faults.api.once(withoutCors)
    await expect(provider.fetch(url)).rejects.toThrow(TypeError)
    provider.faults.api.once(() => {
      throw new Error('reset')
    })
    await expect(provider.fetch(url)).rejects.toThrow(TypeError)
  })

  it('hides headers that are not exposed', async () => {
    const provider = createTestProvider()
    provider.faults.api.once(
      () =>
        new Response('{}', { headers: { 'access-control-allow-origin': '*', 'x-own': '1', 'content-type': 'a/b' } }),
    )
    const { headers } = await provider.fetch(url)
    expect([...headers.keys()]).toEqual(['content-type'])
  })

  it('shows nothing of a redirect that is not followed, and drops the token on one that is', async () => {
    const provider = createTestProvider()
    provider.faults.api.always(redirects('https://evil.example/'))
    expect(await provider.fetch(url, { redirect: 'manual' })).toMatchObject({
      type: 'opaqueredirect',
      status: 0,
      ok: false,
    })
    await expect(provider.fetch(url, { redirect: 'error' })).rejects.toThrow(TypeError)
    expect(await provider.fetch(url, { headers: { authorization: 'Bearer x' } })).toMatchObject({ redirected: true })
    expect(provider.requestsTo('elsewhere')[0]?.request.headers.has('authorization')).toBe(false)
  })

  it('can be aborted, in the middle of the body too', async () => {
    const provider = createTestProvider()
    await expect(provider.fetch(url, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' })
    const endless = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(1)) })
    provider.faults.api.once(() => new Response(endless, { headers: { 'access-control-allow-origin': '*' } }))
    const abort = new AbortController()
    const response = await provider.fetch(url, { signal: abort.signal })
    abort.abort()
    await expect(response.text()).rejects.toMatchObject({ name: 'AbortError' })
  })
})
