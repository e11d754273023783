// @vitest-environment node
import fc from 'fast-check'
import { createLocalJWKSet, exportJWK, type JSONWebKeySet, jwtVerify } from 'jose'
import { type Algorithm, type Fault, signingKey } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { forAll, LONG } from './fuzz.ts'
import { type Edit, edited, edits, isObject, type Json, json, parsed } from './json.ts'
import { attempts } from './sign-in.ts'

const COMMON = ['kty', 'use', 'key_ops', 'alg', 'kid']
const OWN: Partial<Record<Algorithm, string[]>> = { RS256: ['n', 'e'], ES256: ['crv', 'x', 'y'], EdDSA: ['crv', 'x'] }
const wrong = fc.oneof(
  json,
  fc.constantFrom(
    '"RSA"',
    '"EC"',
    '"OKP"',
    '"oct"',
    '"sig"',
    '"enc"',
    '["verify"]',
    '["sign"]',
    '["sign","verify"]',
    '[]',
  ),
  fc.constantFrom(
    '"RS256"',
    '"ES256"',
    '"EdDSA"',
    '"Ed25519"',
    '"PS256"',
    '"HS256"',
    '"P-256"',
    '"P-384"',
    '"Ed25519"',
    '"X25519"',
  ),
  fc.constantFrom(
    '"ES256-1"',
    '"RS256-1"',
    '"EdDSA-1"',
    '"evil"',
    '"AQAB"',
    '"AQ"',
    '"AA"',
    '{"includes":1}',
    '"verify"',
  ),
)

interface KeySet {
  readonly kind: 'public' | 'private'
  readonly rightKey: readonly Edit[]
  readonly before: readonly Json[]
  readonly after: readonly Json[]
  readonly outside: readonly Edit[]
  readonly kid: 'kid' | 'no kid'
}

const others = fc.array(json, { maxLength: 3 })
const keySets = (algorithm: Algorithm): fc.Arbitrary<KeySet> =>
  fc.record({
    kind: fc.constantFrom<KeySet['kind'][]>('public', 'public', 'public', 'private'),
    rightKey: edits([...COMMON, ...(OWN[algorithm] ?? [])], wrong),
    before: others,
    after: others,
    outside: fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, edits(['keys'])),
    kid: fc.constantFrom<KeySet['kid'][]>('kid', 'no kid'),
  })

/** Whether another library finds a key in there that verifies the token, each taken by itself. */
async function isVerifiable(token: string, text: Json, algorithm: Algorithm): Promise<boolean> {
  const set = parsed(text)
  if (!isObject(set) || !Array.isArray(set.keys)) return false
  const verdicts = set.keys.filter(isObject).map(async (key) => {
    try {
      // It stumbles over odd values of members that are none of a public key's.
      const { kty, use, key_ops, alg, kid, crv, n, e, x, y, d } = key
      const known = Object.entries({ kty, use, key_ops, alg, kid, crv, n, e, x, y, d })
      const named = Object.fromEntries(known.filter(([, value]) => value !== undefined))
      // RFC 9864: two names of one algorithm, which it tells apart.
      if (alg === 'Ed25519') named.alg = 'EdDSA'
      // RFC 7517 4.3 lets a key be for signing too, which it cannot import of a public one.
      if (Array.isArray(key_ops) && key_ops.includes('verify')) named.key_ops = ['verify']
      const keys = createLocalJWKSet({ keys: [named] } as unknown as JSONWebKeySet)
      await jwtVerify(token, keys, { algorithms: [algorithm], currentDate: new Date(Date.now()) })
      return isOfRightTypes(key)
    } catch {
      return false
    }
  })
  return (await Promise.all(verdicts)).includes(true)
}

/** RFC 7517 4.2 to 4.4: what is there is of the type it has to have. */
const isOfRightTypes = ({ use, key_ops, alg }: Record<string, unknown>) =>
  [use, alg].every((value) => value === undefined || typeof value === 'string') &&
  (key_ops === undefined || (Array.isArray(key_ops) && key_ops.every((operation) => typeof operation === 'string')))

describe('A key set that was made up', () => {
  it.each<[Algorithm, number]>([
    ['ES256', 100],
    ['RS256', 40],
    ['EdDSA', 80],
  ])('E06, E07, E10 verifies what another library verifies with it: %s', { timeout: LONG }, async (algorithm, runs) => {
    const next = attempts({ provider: { algorithm } })
    const { jwk, privateKey } = await signingKey(algorithm, `${algorithm}-1`)
    const published = { public: jwk, private: { ...(await exportJWK(privateKey)), ...jwk } }
    await forAll(runs, keySets(algorithm), async ({ kind, rightKey, before, after, outside, kid }) => {
      const attempt = await next()
      const keys = [...before, edited({ ...published[kind] }, rightKey), ...after]
      const text = edited({}, [(members) => [...members, ['keys', `[${keys}]`]], ...outside])
      const fault: Fault = async (_, normally) => new Response(text, await normally())
      attempt.provider.faults.jwks.always(fault)
      attempt.provider.idToken.once({
        header: ({ kid: own, ...rest }) => (kid === 'kid' ? { ...rest, kid: own } : rest),
      })
      const outcome = await attempt.finish()
      const token =
        attempt
          .secrets()
          .filter((secret) => secret.includes('.'))
          .at(-1) ?? ''
      const set = parsed(text)
      const isSet = isObject(set) && Array.isArray(set.keys)
      const verdict = (await isVerifiable(token, text, algorithm)) ? 'signed-in' : 'token_invalid'
      expect(outcome, text).toBe(isSet ? verdict : 'provider_invalid')
      expect(attempt.requested().filter((endpoint) => endpoint === 'jwks').length).toBeLessThanOrEqual(2)
    })
  })
})
