// @vitest-environment node
import { signingKey } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { type Claims, comingBackWith, expectTokenRefused } from '../coming-back.ts'

const evil = () => signingKey('RS256', 'evil')

const withHeader = (change: Claims) => comingBackWith({ header: (header) => ({ ...header, ...change }) })

const unsigned = (jwt: string) => `${jwt.split('.').slice(0, 2).join('.')}.`

describe('The header of the ID token', () => {
  const NO_ALGORITHM = [
    'none',
    'nOnE',
    'NONE',
    'None',
    ' none',
    'none\u0000',
    '',
    ' ',
    'null',
    'undefined',
    'RS1',
    'RS256 ',
    'rs256',
    'Rs256',
    'RS256\n',
    'RS256,none',
    'RSA',
    'RSA-OAEP',
    'dir',
    'SHA256',
    'constructor',
    '__proto__',
    'toString',
    'ＲＳ２５６',
    null,
    undefined,
    ['RS256'],
    ['none'],
    { 0: 'RS256' },
    { toString: 'RS256' },
    42,
    0,
    true,
  ].map((alg) => ({ alg }))
  it.each(NO_ALGORITHM)('D23, D27 with $alg as alg is refused, signed and unsigned', async ({ alg }) => {
    const header = (right: Claims) => ({ ...right, alg })
    await expectTokenRefused(await comingBackWith({ header }))
    await expectTokenRefused(await comingBackWith({ header, token: unsigned }))
    await expectTokenRefused(await comingBackWith({ header, token: (jwt) => `${unsigned(jwt)}AAAA` }))
  })

  it('D23 of a token whose signature was stripped is refused', async () => {
    await expectTokenRefused(await comingBackWith({ token: unsigned }))
    await expectTokenRefused(await comingBackWith({ token: (jwt) => unsigned(jwt).slice(0, -1) }))
  })

  const HOSTILE_KIDS = [
    '__proto__',
    'constructor',
    'toString',
    '../../jwks',
    '/dev/null',
    'https://evil.example/key',
    "' OR 1=1 --",
    'RS256-1\u0000',
    ' RS256-1',
    'rs256-1',
    '',
    'x'.repeat(100_000),
    42,
    0,
    null,
    true,
    {},
    [],
    ['RS256-1'],
    { toString: 1 },
  ].map((kid) => ({ kid }))
  it.each(HOSTILE_KIDS)('D31 with the kid $kid is refused, and nothing else is fetched', async ({ kid }) => {
    const outcome = await comingBackWith({ signWith: await evil(), header: (header) => ({ ...header, kid }) })
    await expectTokenRefused(outcome)
    const asked = outcome.provider.requests.map(({ endpoint }) => endpoint)
    expect(asked.sort()).toEqual(['discovery', 'jwks', 'jwks', 'token'])
  })

  it.each(HOSTILE_KIDS)('D31 with the kid $kid is refused with the right signature too', async ({ kid }) => {
    await expectTokenRefused(await withHeader({ kid }))
  })

  const POINTERS = ['jku', 'x5u', 'url', 'iss', 'jwks_uri', 'x5c', 'x5t', 'jwk'].map((name) => ({ name }))
  it.each(POINTERS)(
    'D33 whose $name points to a key elsewhere is refused, and that is not fetched',
    async ({ name }) => {
      const key = await evil()
      const signWith = { ...key, kid: 'RS256-1' }
      for (const value of ['https://evil.example/jwks', 'https://login.example.com@evil.example/jwks', 'data:,{}']) {
        const header = (right: Claims) => ({ ...right, [name]: value })
        const outcome = await comingBackWith({ signWith, header })
        await expectTokenRefused(outcome)
        expect(outcome.provider.requestsTo('elsewhere')).toEqual([])
      }
    },
  )

  it.each(['RS256-1', 'evil', undefined])('D34 that brings a key along, as kid %j, is refused', async (kid) => {
    const key = await evil()
    const jwk = { ...key.jwk, kid }
    const header = (right: Claims) => ({ ...right, kid, jwk, jwks: { keys: [jwk] }, x5c: ['MIIB'] })
    await expectTokenRefused(await comingBackWith({ signWith: key, header }))
  })

  it('D33, D34 that points elsewhere beside a right signature harms nobody', async () => {
    const key = await evil()
    const outcome = await withHeader({ jku: 'https://evil.example/jwks', x5u: 'https://evil.example/x', jwk: key.jwk })
    expect(outcome.state.status).toBe('signed-in')
    expect(outcome.provider.requestsTo('elsewhere')).toEqual([])
  })

  const CRITICAL = [['exp'], ['b64'], ['alg'], ['unknown'], ['__proto__'], [], [42], 'exp', '', null, 42, 0, false, {}]
  it.each(CRITICAL.map((crit) => ({ crit })))('D35 with $crit as crit is refused', async ({ crit }) => {
    await expectTokenRefused(await withHeader({ crit, b64: true, unknown: 1, exp: 1 }))
    await expectTokenRefused(await withHeader({ crit }))
  })

  it('D35 with b64 false and an unencoded payload is refused', async () => {
    const token = (jwt: string) => {
      const [header, payload = '', signature] = jwt.split('.')
      return `${header}.${Buffer.from(payload, 'base64url').toString()}.${signature}`
    }
    await expectTokenRefused(
      await comingBackWith({ header: (header) => ({ ...header, b64: false, crit: ['b64'] }), token }),
    )
  })

  const OTHER_TYPES = [
    'logout+jwt',
    'at+jwt',
    'application/at+jwt',
    'secevent+jwt',
    'dpop+jwt',
    'oauth-authz-req+jwt',
    'token-introspection+jwt',
    'JWS',
    'JOSE',
    'JWT ',
    'jwt\u0000',
    '',
    42,
    null,
    false,
    {},
    [],
  ].map((typ) => ({ typ }))
  it.each(OTHER_TYPES)('D37 with $typ as typ is refused', async ({ typ }) => {
    await expectTokenRefused(await withHeader({ typ }))
  })

  it.each(['JWT', 'jwt', 'Jwt', undefined].map((typ) => ({ typ })))('with $typ as typ is taken', async ({ typ }) => {
    expect((await withHeader({ typ })).state.status).toBe('signed-in')
  })

  it('D37 of a logout token is refused', async () => {
    const event = 'http://schemas.openid.net/event/backchannel-logout'
    for (const events of [{ [event]: {} }, {}, [], [event], event, null])
      await expectTokenRefused(await comingBackWith({ claims: (claims) => ({ ...claims, events }) }))
  })

  it('D37 of the access token, in place of the ID token, is refused', async () => {
    const outcome = await comingBackWith({}, {})
    expect(outcome.state.status).toBe('signed-in')
    const access = outcome.provider.secrets.find((secret) => secret.startsWith('ey')) ?? ''
    expect(Buffer.from(access.split('.')[0] ?? '', 'base64url').toString()).toContain('at+jwt')
    await expectTokenRefused(await comingBackWith({ token: () => access }))
  })

  it('with parameters nobody knows is taken', async () => {
    const unknown = { zip: 'DEF', enc: 'A256GCM', cty: 'JWT', constructor: {}, x5t: 42, p2c: 1e9 }
    expect((await withHeader(unknown)).state.status).toBe('signed-in')
  })
})
