// @vitest-environment node
import fc from 'fast-check'
import { type Algorithm, signingKey } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { forAll, LONG } from './fuzz.ts'
import { isRightIdToken } from './id-token-oracle.ts'
import { type Edit, edited, edits, json, parsed } from './json.ts'
import { attempts } from './sign-in.ts'
import { headerOf, payloadOf, written } from './written.ts'

const CLAIMS = [
  'iss',
  'sub',
  'aud',
  'exp',
  'iat',
  'nonce',
  'at_hash',
  'azp',
  'nbf',
  'auth_time',
  'acr',
  'amr',
  'events',
]
const HEADER = ['alg', 'kid', 'typ', 'crit', 'b64', 'jwk', 'jku', 'x5u', 'x5c', 'zip', 'enc', 'cty']
const NOW = Date.parse('2026-11-21T12:00:00Z') / 1000

const moment = fc
  .tuple(fc.constantFrom(-301, -300, -299, 299, 300, 301, 0, 600, -600), fc.constantFrom('', '.5', 'e0', 'e300'))
  .map(([seconds, end]) => `${NOW + seconds}${end}`)
const wrong = fc.oneof(
  json,
  moment,
  fc.constantFrom('["notes-spa"]', '["notes-spa","other"]', '["notes-spa",1]', '["notes-spa",null]', '"notes-spa"'),
  fc.constantFrom(
    '"https://login.example.com"',
    '"https://login.example.com/"',
    '"HTTPS://login.example.com"',
    '"ada"',
  ),
  fc.constantFrom('"RS256"', '"ES256"', '"EdDSA"', '"Ed25519"', '"PS256"', '"HS256"', '"none"', '"ES384"', '"RS1"'),
  fc.constantFrom('"JWT"', '"jwt"', '"at+jwt"', '"logout+jwt"', '["exp"]', '["b64"]', '"evil"', '"ES256-2"'),
)

interface Forgery {
  readonly header: readonly Edit[]
  readonly claims: readonly Edit[]
  readonly key: 'its own' | 'another' | 'another kind'
  readonly damage: (token: string) => string
}

const part = fc.constantFrom(0, 1, 2)
const damage: fc.Arbitrary<(token: string) => string> = fc.oneof(
  { weight: 6, arbitrary: fc.constant((token: string) => token) },
  {
    weight: 1,
    arbitrary: fc.tuple(part, fc.nat(), fc.nat(7)).map(([at, byte, bit]) => inPart(at, flipped(byte, bit))),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(part, fc.nat(9)).map(([at, less]) => inPart(at, (text) => text.slice(0, -1 - less))),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(part, fc.constantFrom('A', 'AA', 'AAAA', '=', '==', '\n', ' ', '%', '.', '.A', '\u0000'))
      .map(([at, more]) => inPart(at, (text) => text + more)),
  },
  // The last character of base64url may have bits that stand for nothing.
  {
    weight: 1,
    arbitrary: fc
      .tuple(part, fc.base64String())
      .map(([at, text]) => inPart(at, (old) => old.slice(0, -1) + (text[0] ?? 'A'))),
  },
  { weight: 1, arbitrary: fc.string({ minLength: 20 }).map((text) => () => text) },
)

const forgery: fc.Arbitrary<Forgery> = fc.oneof(
  // One thing at a time goes deeper than everything at once.
  ...[0, 1, 2, 3].map((which) =>
    fc.record({
      header: which === 0 ? edits(HEADER, wrong) : fc.constant([]),
      claims: which === 1 ? edits(CLAIMS, wrong) : fc.constant([]),
      key:
        which === 2
          ? fc.constantFrom<Forgery['key'][]>('another', 'another kind')
          : fc.constant<Forgery['key']>('its own'),
      damage: which === 3 ? damage : fc.constant((token: string) => token),
    }),
  ),
  fc.record({
    header: edits(HEADER, wrong),
    claims: edits(CLAIMS, wrong),
    key: fc.constantFrom<Forgery['key'][]>('its own', 'its own', 'another', 'another kind'),
    damage,
  }),
)

describe('An ID token that was made up', () => {
  it.each<[Algorithm, number]>([
    ['ES256', 200],
    ['RS256', 80],
    ['PS256', 40],
    ['EdDSA', 100],
  ])('signs in if it is right, and only then: %s', { timeout: LONG }, async (algorithm, runs) => {
    const next = attempts({ provider: { algorithm } })
    const keys = {
      'its own': await signingKey(algorithm, `${algorithm}-1`),
      another: { ...(await signingKey(algorithm, 'evil')), kid: `${algorithm}-1` },
      'another kind': {
        ...(await signingKey(algorithm === 'ES256' ? 'EdDSA' : 'ES256', 'evil')),
        kid: `${algorithm}-1`,
      },
    }
    await forAll(runs, forgery, async ({ header, claims, key, damage: damaged }) => {
      const attempt = await next()
      let delivered: unknown
      attempt.provider.idToken.once({
        token(jwt) {
          delivered = damaged(written(edited(headerOf(jwt), header), edited(payloadOf(jwt), claims), keys[key]))
          return delivered
        },
      })
      const outcome = await attempt.finish()
      const right = await isRightIdToken(delivered, {
        keys: await attempt.provider.keys.keySet(),
        issuer: 'https://login.example.com',
        clientId: 'notes-spa',
        algorithm,
        nonces: [attempt.nonce],
        accessToken: attempt.secrets().find((secret) => isAccessToken(secret)) ?? '',
        clockTolerance: 300,
      })
      expect(outcome, String(delivered)).toBe(right ? 'signed-in' : 'token_invalid')
      const { state } = attempt.auth()
      if (state.status === 'signed-in') expectTheSamePerson(state.session.user, delivered)
      expect(attempt.provider.requestsTo('elsewhere')).toEqual([])
    })
  })
})

const isAccessToken = (secret: string) =>
  Object(parsed(Buffer.from(secret.split('.')[0] ?? '', 'base64url').toString())).typ === 'at+jwt'

function expectTheSamePerson(user: object, token: unknown): void {
  const claims = parsed(Buffer.from(String(token).split('.')[1] ?? '', 'base64url').toString())
  expect(user).toMatchObject({ sub: Object(claims).sub })
  for (const name of Object.keys(user)) expect(Object.keys(Object(claims))).toContain(name)
  for (const name of ['iss', 'nonce', 'at_hash']) expect(Object(user)[name]).toBeUndefined()
  expect([Object.prototype, null]).toContain(Object.getPrototypeOf(user))
}

function inPart(at: number, change: (text: string) => string): (token: string) => string {
  return (token) =>
    token
      .split('.')
      .map((text, index) => (index === at ? change(text) : text))
      .join('.')
}

function flipped(byte: number, bit: number): (text: string) => string {
  return (text) => {
    const bytes = Buffer.from(text, 'base64url')
    bytes[byte % bytes.length] = (bytes[byte % bytes.length] ?? 0) ^ (1 << bit)
    return bytes.toString('base64url')
  }
}
