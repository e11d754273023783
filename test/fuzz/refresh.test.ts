// @vitest-environment node
import fc from 'fast-check'
import { type Fault, signingKey } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { sleep } from '../clock.ts'
import { codeOf, forAll, LONG, outcomeOf } from './fuzz.ts'
import { isRightIdToken } from './id-token-oracle.ts'
import { type Edit, edited, edits, json } from './json.ts'
import { type Attempt, attempts, expectNoLeak } from './sign-in.ts'
import { headerOf, payloadOf, written } from './written.ts'

const API = 'https://api.example.com/'
const ELEVEN_MINUTES = 660_000
const CLAIMS = ['iss', 'sub', 'aud', 'exp', 'iat', 'nonce', 'at_hash', 'azp', 'nbf', 'events']
const wrong = fc.oneof(
  json,
  fc.constantFrom(
    '"ada"',
    '"grace"',
    '"notes-spa"',
    '["notes-spa"]',
    '["notes-spa","other"]',
    '"https://login.example.com"',
  ),
)

/** Calls the API when the access token has run out; answers the code of why not, and what has become of the session. */
async function refreshed(attempt: Attempt) {
  sleep(ELEVEN_MINUTES)
  const auth = attempt.auth()
  const code = await codeOf(() => auth.authFetch(API), attempt.secrets())
  const outcome = outcomeOf(auth.state, attempt.secrets())
  expectNoLeak(attempt, attempt.secrets())
  return { code, outcome }
}

describe('A refresh', () => {
  it('G05 to G07 goes on with an ID token of the same person, and ends the session with any other', {
    timeout: LONG,
  }, async () => {
    const next = attempts({ provider: { algorithm: 'ES256' } })
    const keys = {
      own: await signingKey('ES256', 'ES256-1'),
      evil: { ...(await signingKey('ES256', 'evil')), kid: 'ES256-1' },
    }
    const values = fc.record({
      claims: edits(CLAIMS, wrong),
      nonce: fc.constantFrom('kept', 'left out', 'of another'),
      key: fc.constantFrom<(keyof typeof keys)[]>('own', 'own', 'own', 'evil'),
    })
    await forAll(120, values, async ({ claims, nonce, key }) => {
      const attempt = await next()
      expect(await attempt.finish()).toBe('signed-in')
      let delivered: unknown
      const nonces: Record<string, Edit[]> = {
        kept: [(members) => [...members, ['nonce', JSON.stringify(attempt.nonce)]]],
        'of another': [(members) => [...members, ['nonce', '"other"']]],
      }
      attempt.provider.idToken.once({
        token(jwt) {
          const text = edited(payloadOf(jwt), [...(nonces[nonce] ?? []), ...claims])
          delivered = written(JSON.stringify(headerOf(jwt)), text, keys[key])
          return delivered
        },
      })
      const { code, outcome } = await refreshed(attempt)
      const right = await isRightIdToken(delivered, {
        keys: await attempt.provider.keys.keySet(),
        issuer: 'https://login.example.com',
        clientId: 'notes-spa',
        algorithm: 'ES256',
        nonces: [attempt.nonce, undefined],
        sub: 'ada',
        accessToken: attempt.secrets().filter((secret) => secret.includes('.'))[2] ?? '',
        clockTolerance: 300,
      })
      expect([code, outcome], String(delivered)).toEqual(
        right ? [undefined, 'signed-in'] : ['login_required', 'login_required'],
      )
    })
  })

  it('G13 that is answered with anything else fails with a type, and tells no secret', { timeout: LONG }, async () => {
    const next = attempts({ provider: { algorithm: 'ES256' } })
    const text = fc.oneof(
      json,
      fc.string(),
      fc.tuple(json, json).map(([error, said]) => `{"error":${error},"error_description":${said}}`),
    )
    const status = fc.constantFrom(200, 200, 400, 400, 401, 403, 404, 418, 429, 500, 503)
    await forAll(100, fc.tuple(text, status), async ([body, answered]) => {
      const attempt = await next()
      expect(await attempt.finish()).toBe('signed-in')
      const fault: Fault = async (_, normally) =>
        new Response(body, { ...(await normally()), status: answered, headers: { 'access-control-allow-origin': '*' } })
      attempt.provider.faults.token.once(fault)
      const { code, outcome } = await refreshed(attempt)
      expect(['provider_invalid', 'network', 'login_required'], body).toContain(code)
      expect(outcome, body).toBe(code === 'login_required' ? code : 'signed-in')
      if (answered === 429 || answered >= 500) expect(code).toBe('network')
    })
  })
})
