// @vitest-environment node
import { createHmac } from 'node:crypto'
import { exportSPKI } from 'jose'
import { type Algorithm, changes, signingKey, type Tampering } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { backFromProvider, type Script, signedIn } from './browser.ts'
import { sleep } from './clock.ts'
import { expectSignedOut, reasonOf } from './outcome.ts'

type Claims = Record<string, unknown>

/** What `start()` comes to when the ID token differs from the right one like this. */
async function comingBackWith(tampering: Tampering, script: Script = {}) {
  const stage = await backFromProvider(script)
  stage.provider.idToken.always(tampering)
  const state = await stage.auth.start()
  return { ...stage, state }
}

const withClaims = (change: Claims | ((claims: Claims) => Claims), script?: Script) =>
  comingBackWith(
    { claims: (claims) => ({ ...claims, ...(typeof change === 'function' ? change(claims) : change) }) },
    script,
  )

const evil = (kid = 'evil', alg: Algorithm = 'RS256') => signingKey(alg, kid)

describe('The claims of the ID token', () => {
  const ISS = 'https://login.example.com'
  it.each([
    'https://evil.example',
    `${ISS}/`,
    `${ISS}/other-tenant`,
    'HTTPS://LOGIN.EXAMPLE.COM',
    undefined,
    null,
    [ISS],
    '',
  ])('D01, D02 refuse iss %j', async (iss) => {
    expectSignedOut((await withClaims({ iss })).state, 'token_invalid')
  })

  it.each([
    'other',
    ['other'],
    [],
    undefined,
    null,
    42,
    { 'notes-spa': 1 },
    ['notes-spa', 'untrusted'],
    'notes-spa ',
    'NOTES-SPA',
  ])('D03, D05 refuse aud %j', async (aud) => {
    expectSignedOut((await withClaims({ aud })).state, 'token_invalid')
  })

  it.each(['notes-spa', ['notes-spa']])('D06 refuse azp of another client with aud %j', async (aud) => {
    expectSignedOut((await withClaims({ aud, azp: 'other' })).state, 'token_invalid')
  })

  it.each(['other', undefined, ['notes-spa'], ''])('D07 refuse azp %j with several aud', async (azp) => {
    expectSignedOut((await withClaims({ aud: ['notes-spa', 'other'], azp })).state, 'token_invalid')
  })

  it('D47 take aud as a list of one, and another aud where azp is this client', async () => {
    expect((await withClaims({ aud: ['notes-spa'] })).state.status).toBe('signed-in')
    expect((await withClaims({ aud: ['notes-spa', 'api'], azp: 'notes-spa' })).state.status).toBe('signed-in')
  })

  it.each(['', 42, null, undefined, {}, ['ada'], true])('D09 refuse sub %j', async (sub) => {
    expectSignedOut((await withClaims({ sub })).state, 'token_invalid')
  })

  it.each([undefined, 'now', null, {}, Number.NaN])('D10 refuse iat %j', async (iat) => {
    expectSignedOut((await withClaims({ iat })).state, 'token_invalid')
  })

  it('D11 refuse iat a day ahead, and name the clock', async () => {
    const { state } = await withClaims(({ iat, exp }) => ({ iat: Number(iat) + 86_400, exp: Number(exp) + 86_400 }))
    expectSignedOut(state, 'token_invalid')
    expect(reasonOf(state).message).toMatch(/clock/)
  })

  it.each([undefined, '9999999999', null, {}, 0, -1, 1_000_000_000])('D13 refuse exp %j', async (exp) => {
    expectSignedOut((await withClaims({ exp })).state, 'token_invalid')
  })

  it('refuse nbf in an hour', async () => {
    expectSignedOut((await withClaims(({ iat }) => ({ nbf: Number(iat) + 3_600 }))).state, 'token_invalid')
  })

  it.each([-240, 240])('D14, D15 are taken when the clocks differ by %i seconds', async (seconds) => {
    const { state } = await withClaims(({ iat }) => ({ iat: Number(iat) + seconds, exp: Number(iat) + seconds + 60 }))
    expect(state).toMatchObject({ status: 'signed-in', session: { expiresAt: Date.now() + 600_000 } })
  })

  it('D14 hold the clock tolerance that the app sets', async () => {
    const late = ({ iat }: Claims) => ({ iat: Number(iat) - 100, exp: Number(iat) - 30 })
    expect((await withClaims(late, { options: { clockTolerance: 60 } })).state.status).toBe('signed-in')
    expectSignedOut((await withClaims(late, { options: { clockTolerance: 10 } })).state, 'token_invalid')
  })

  it.each([1e17, Number.MAX_SAFE_INTEGER, 1e300])('D17 with exp %d cause no harm', async (exp) => {
    const { auth, provider, state } = await withClaims({ exp })
    if (state.status === 'signed-out') return expectSignedOut(state, 'token_invalid')
    await auth.authFetch('https://api.example.com/')
    return expect(provider.requestsTo('token')).toHaveLength(1)
  })

  it.each(['other', undefined, null, [], '', 42])('D18 refuse nonce %j', async (nonce) => {
    expectSignedOut((await withClaims({ nonce })).state, 'token_invalid')
  })

  it('D19 refuse the nonce of the login before', async () => {
    const first = await signedIn()
    const nonce = new URL(first.tab.departures[0] ?? '').searchParams.get('nonce')
    expectSignedOut((await withClaims({ nonce })).state, 'token_invalid')
  })

  it.each(['AAAAAAAAAAAAAAAAAAAAAA', '', 42, null])('D38 refuse at_hash %j', async (at_hash) => {
    expectSignedOut((await withClaims({ at_hash })).state, 'token_invalid')
  })

  it('D38 refuse an access token that was exchanged for another', async () => {
    const stage = await backFromProvider()
    stage.provider.faults.token.once(changes((body) => ({ ...body, access_token: 'substituted' })))
    expectSignedOut(await stage.auth.start(), 'token_invalid')
  })

  it('D39 are taken without at_hash', async () => {
    expect((await withClaims({ at_hash: undefined })).state.status).toBe('signed-in')
  })

  it('D42 refuse a duplicate iss or nonce, or read the last one', async () => {
    const twice = (name: string) => (json: string) => `{"${name}":"https://evil.example",${json.slice(1)}`
    const last = (name: string) => (json: string) => `${json.slice(0, -1)},"${name}":"https://evil.example"}`
    for (const name of ['iss', 'nonce', 'aud', 'sub']) {
      const first = (await comingBackWith({ payload: twice(name) })).state
      if (first.status === 'signed-in') expect(first.session.user.sub).toBe('ada')
      const second = (await comingBackWith({ payload: last(name) })).state
      if (name !== 'sub') expectSignedOut(second, 'token_invalid')
    }
  })

  it('D43, I12 with hostile names make a plain user that inherits nothing', async () => {
    const hostile = '"__proto__":{"isAdmin":true},"then":"x","toString":"x","constructor":{"prototype":{"polluted":1}},'
    const { state } = await comingBackWith({ payload: (json) => `{${hostile}${json.slice(1)}` })
    if (state.status !== 'signed-in') throw reasonOf(state)
    const { user } = state.session
    expect(user.isAdmin).toBeUndefined()
    expect(await Promise.resolve(user)).toBe(user)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it('D45 of 700 KiB, and nested 20,000 levels deep, are settled without a stray exception', async () => {
    const { state } = await withClaims({ note: 'x'.repeat(700_000) })
    expect(['signed-in', 'signed-out']).toContain(state.status)
    const deep = '['.repeat(20_000) + ']'.repeat(20_000)
    const nested = await comingBackWith({ payload: (json) => `{"deep":${deep},${json.slice(1)}` })
    if (nested.state.status === 'signed-out') expect(reasonOf(nested.state).code).toMatch(/_invalid$/)
  })

  it('show the app the person, and not the protocol', async () => {
    const { auth } = await signedIn()
    expect(auth.state).toMatchObject({ status: 'signed-in' })
    if (auth.state.status !== 'signed-in') return
    expect({ ...auth.state.session.user }).toEqual({ sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' })
    expect(auth.state.session.scope).toEqual(['openid', 'profile', 'email', 'notes:read', 'notes:write'])
  })
})

describe('The signature of the ID token', () => {
  it.each<Algorithm>(['RS256', 'PS256', 'ES256', 'EdDSA'])('is taken with %s', async (algorithm) => {
    const { auth } = await signedIn({ provider: { algorithm } })
    expect((await auth.authFetch('https://api.example.com/')).status).toBe(200)
  })

  it.each<Algorithm>(['RS256', 'PS256', 'ES256', 'EdDSA'])(
    'D21, D25 by another key under the right kid is refused: %s',
    async (algorithm) => {
      const key = await evil('evil', algorithm)
      const { state } = await comingBackWith(
        { signWith: { ...key, kid: `${algorithm}-1` } },
        { provider: { algorithm } },
      )
      expectSignedOut(state, 'token_invalid')
    },
  )

  it('is taken with Ed25519, the newer name of EdDSA', async () => {
    const stage = await backFromProvider({ provider: { algorithm: 'EdDSA' } })
    const advertised = { id_token_signing_alg_values_supported: ['Ed25519'] }
    stage.tab.sessionStorage.removeItem('latchkey metadata https://login.example.com')
    stage.provider.faults.discovery.always(changes((body) => ({ ...body, ...advertised })))
    stage.provider.idToken.always({ header: (header) => ({ ...header, alg: 'Ed25519' }) })
    expect(await stage.auth.start()).toMatchObject({ status: 'signed-in' })
  })

  it.each<Algorithm>(['RS256', 'ES256', 'EdDSA'])('D21 that is damaged is refused: %s', async (algorithm) => {
    const damage = (jwt: string) => jwt.slice(0, -9) + (jwt.at(-9) === 'A' ? 'B' : 'A') + jwt.slice(-8)
    expectSignedOut((await comingBackWith({ token: damage }, { provider: { algorithm } })).state, 'token_invalid')
  })

  it('of another token with these claims put in is refused', async () => {
    const swap = (jwt: string) => {
      const [header, payload = '', signature] = jwt.split('.')
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
      return `${header}.${Buffer.from(JSON.stringify({ ...claims, sub: 'root' })).toString('base64url')}.${signature}`
    }
    expectSignedOut((await comingBackWith({ token: swap })).state, 'token_invalid')
  })

  const hs256 = (secret: string) => (jwt: string) => {
    const [, payload] = jwt.split('.')
    const input = `${Buffer.from('{"alg":"HS256","typ":"JWT","kid":"RS256-1"}').toString('base64url')}.${payload}`
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
  }
  it.each(['wrong', 'the public key', 'client_id', 'client_id, advertised'])(
    'D22 by HS256 is refused: %s',
    async (kind) => {
      const pem = await exportSPKI((await signingKey('RS256', 'RS256-1')).publicKey)
      const secret = { wrong: 'x', 'the public key': pem }[kind] ?? 'notes-spa'
      const stage = await backFromProvider()
      stage.tab.sessionStorage.removeItem(
        Object.keys(stage.tab.sessionStorage).find((key) => key.includes('metadata')) ?? '',
      )
      const advertised = { id_token_signing_alg_values_supported: ['RS256', 'HS256'] }
      stage.provider.faults.discovery.always(
        changes((body) => (kind.includes('advertised') ? { ...body, ...advertised } : body)),
      )
      stage.provider.idToken.always({ token: hs256(secret) })
      expectSignedOut(await stage.auth.start(), 'token_invalid')
    },
  )

  it.each(['none', 'nOnE', 'NONE', '', null, undefined, ['RS256'], 'RS1', 'RS256 ', 'constructor', '__proto__', 42])(
    'D23, D27 under the alg %j is refused',
    async (alg) => {
      expectSignedOut((await comingBackWith({ header: (header) => ({ ...header, alg }) })).state, 'token_invalid')
      const unsigned = (jwt: string) => `${jwt.split('.').slice(0, 2).join('.')}.`
      const { state } = await comingBackWith({ header: (header) => ({ ...header, alg }), token: unsigned })
      expectSignedOut(state, 'token_invalid')
    },
  )

  it('D23 that was stripped is refused', async () => {
    const stripped = (jwt: string) => `${jwt.split('.').slice(0, 2).join('.')}.`
    expectSignedOut((await comingBackWith({ token: stripped })).state, 'token_invalid')
  })

  it('D26 of an algorithm that the provider does not announce is refused', async () => {
    const key = await signingKey('ES256', 'es')
    const stage = await backFromProvider()
    stage.provider.faults.jwks.always(changes((set) => ({ keys: [...(set.keys as object[]), key.jwk] })))
    stage.provider.idToken.always({ signWith: key })
    expectSignedOut(await stage.auth.start(), 'token_invalid')
  })

  it('D29 without kid is found among one key, and tried or refused among several', async () => {
    const withoutKid = { header: ({ kid: _, ...header }: Claims) => header }
    expect((await comingBackWith(withoutKid)).state.status).toBe('signed-in')
    const stage = await backFromProvider()
    const more = [(await evil('second')).jwk, (await evil('third')).jwk]
    stage.provider.faults.jwks.always(changes((set) => ({ keys: [...more, ...(set.keys as object[])] })))
    stage.provider.idToken.always(withoutKid)
    const state = await stage.auth.start()
    if (state.status === 'signed-out') expectSignedOut(state, 'token_invalid')
  })

  it('D30 under an unknown kid is refused after at most two looks at the keys', async () => {
    const { provider, state } = await comingBackWith({ signWith: await evil('unknown') })
    expectSignedOut(state, 'token_invalid')
    expect(provider.requestsTo('jwks').length).toBeLessThanOrEqual(2)
  })

  it.each(['__proto__', 'constructor', '../../jwks', 'https://evil.example/key', 42, null, {}, ['RS256-1']])(
    'D31 under the kid %j is refused, and nothing else is fetched',
    async (kid) => {
      const key = await evil('hostile')
      const { provider, state } = await comingBackWith({ signWith: key, header: (header) => ({ ...header, kid }) })
      expectSignedOut(state, 'token_invalid')
      expect(new Set(provider.requests.map(({ endpoint }) => endpoint))).toEqual(
        new Set(['discovery', 'token', 'jwks']),
      )
    },
  )

  it.each(['jku', 'x5u'])('D33 by a key that %s points to is refused, and not fetched', async (name) => {
    const key = await evil('evil')
    const header = (right: Claims) => ({ ...right, [name]: 'https://evil.example/jwks' })
    const { provider, state } = await comingBackWith({ signWith: key, header })
    expectSignedOut(state, 'token_invalid')
    expect(provider.requestsTo('elsewhere')).toEqual([])
  })

  it('D34 by a key that the token brings along is refused', async () => {
    const key = await evil('RS256-1 of evil')
    const header = (right: Claims) => ({ ...right, kid: 'RS256-1', jwk: key.jwk })
    expectSignedOut((await comingBackWith({ signWith: key, header })).state, 'token_invalid')
  })

  it.each([['exp'], ['b64'], [], ['unknown'], 'exp', null, 42])('D35 with crit %j is refused', async (crit) => {
    const header = (right: Claims) => ({ ...right, crit, b64: true, unknown: 1 })
    expectSignedOut((await comingBackWith({ header })).state, 'token_invalid')
  })

  it.each(['logout+jwt', 'at+jwt', 'secevent+jwt', '', 42, null])(
    'D37 of a token of typ %j is refused',
    async (typ) => {
      expectSignedOut((await comingBackWith({ header: (header) => ({ ...header, typ }) })).state, 'token_invalid')
    },
  )

  it('D37 of a logout token is refused', async () => {
    const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
    expectSignedOut((await withClaims({ events })).state, 'token_invalid')
  })

  it.each(['JWT', 'jwt', undefined])('of a token of typ %j is taken', async (typ) => {
    const { state } = await comingBackWith({ header: (header) => ({ ...header, typ }) })
    expect(state.status).toBe('signed-in')
  })

  const BROKEN: Record<string, (jwt: string) => unknown> = {
    'two parts': (jwt) => jwt.split('.').slice(0, 2).join('.'),
    'four parts': (jwt) => `${jwt}.x`,
    'five parts': (jwt) => `${jwt}.x.y`,
    'no base64': (jwt) => `!${jwt}`,
    'padded base64': (jwt) => `${jwt}==`,
    'a line break': (jwt) => `${jwt}\n`,
    'no JSON': () => 'eHh4.eHh4.eHh4',
    'a list as header': (jwt) => `W10${jwt.slice(jwt.indexOf('.'))}`,
    'null as header': (jwt) => `bnVsbA${jwt.slice(jwt.indexOf('.'))}`,
    dots: () => '..',
    'bytes that are no UTF-8': (jwt) =>
      `${Buffer.from([0xff, 0xfe]).toString('base64url')}${jwt.slice(jwt.indexOf('.'))}`,
  }
  it.each(Object.entries(BROKEN))('D41 of a broken token is refused: %s', async (_, token) => {
    expectSignedOut((await comingBackWith({ token })).state, 'token_invalid')
  })

  it.each([[['ada']], [null], ['ada'], [42]])('D41 of a payload that is no object is refused: %j', async (payload) => {
    expectSignedOut((await comingBackWith({ claims: () => payload })).state, 'token_invalid')
  })
})

it('D15 A device clock four minutes behind or ahead hinders nobody for the life of the session', async () => {
  const { auth, provider } = await signedIn()
  sleep(240_000)
  expect((await auth.authFetch('https://api.example.com/')).status).toBe(200)
  expect(provider.requestsTo('token')).toHaveLength(1)
})
