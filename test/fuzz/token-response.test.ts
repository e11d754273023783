// @vitest-environment node
import fc from 'fast-check'
import type { Fault } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { forAll, LONG } from './fuzz.ts'
import { type Edit, edited, edits, isObject, type Json, json, parsed } from './json.ts'
import { attempts } from './sign-in.ts'

const MEMBERS = ['access_token', 'token_type', 'expires_in', 'scope', 'id_token', 'refresh_token', 'error']

const wrong = fc.oneof(
  json,
  fc.constantFrom('"Bearer"', '"bEaReR"', '"DPoP"', '"mac"', '"N_A"', '["Bearer"]'),
  fc.constantFrom('3600', '"3600"', '3599.75', '"3599.75"', '"soon"', '"-1"', '1e15', '""', '[3600]', 'true'),
  fc.constantFrom('"openid"', '"openid  profile"', '"a\\r\\nb"', '"a b"', '"é"', '"invalid_grant"'),
)

/** Answers the right thing with these changes; `delivered` is what came of it. */
function deliveredWith(changes: readonly Edit[]): { readonly fault: Fault; readonly text: () => Json } {
  let text: Json = ''
  return {
    text: () => text,
    async fault(_, normally) {
      const response = await normally()
      text = edited((await response.json()) as Record<string, unknown>, changes)
      return new Response(text, response)
    },
  }
}

/** What is wrong with a token response (RFC 6749 5.1, OpenID Connect Core 3.1.3.3), judged without the library. */
function faultsOf(text: Json, right: { readonly idToken: string; readonly accessToken: string }): Set<string> {
  const body = parsed(text)
  if (!isObject(body)) return new Set(['provider_invalid'])
  const own = (name: string) => (Object.hasOwn(body, name) ? body[name] : undefined)
  const absent = (name: string) => [undefined, null, ''].includes(own(name) as undefined)
  const faults = new Set<string>()
  const { access_token, token_type, expires_in, refresh_token, id_token, scope } = {
    access_token: own('access_token'),
    token_type: own('token_type'),
    expires_in: own('expires_in'),
    refresh_token: own('refresh_token'),
    id_token: own('id_token'),
    scope: own('scope'),
  }
  const isSeconds =
    typeof expires_in === 'string'
      ? /^\d+(\.\d+)?$/.test(expires_in)
      : Number.isFinite(expires_in) && Number(expires_in) >= 0
  const shape =
    !Object.hasOwn(body, 'error') &&
    typeof access_token === 'string' &&
    /^[!-~]+$/.test(access_token) &&
    typeof token_type === 'string' &&
    token_type.toLowerCase() === 'bearer' &&
    (absent('expires_in') || isSeconds) &&
    (absent('refresh_token') || typeof refresh_token === 'string') &&
    (absent('scope') || typeof scope === 'string')
  if (!shape) faults.add('provider_invalid')
  // Each ID token speaks of one access token, through its at_hash.
  if (id_token !== right.idToken || access_token !== right.accessToken) faults.add('token_invalid')
  return faults
}

describe('A token response that was made up', () => {
  it('signs in if it is right, and is refused for a fault that it has', { timeout: LONG }, async () => {
    const next = attempts({ provider: { algorithm: 'ES256' } })
    await forAll(150, edits(MEMBERS, wrong), async (changes) => {
      const attempt = await next()
      const { fault, text } = deliveredWith(changes)
      attempt.provider.faults.token.once(fault)
      const outcome = await attempt.finish()
      const [accessToken = '', idToken = ''] = attempt.secrets().filter((secret) => secret.includes('.'))
      const faults = faultsOf(text(), { accessToken, idToken })
      expect(faults.size ? [...faults] : ['signed-in'], text()).toContain(outcome)
      expect(attempt.requested().filter((endpoint) => endpoint === 'token')).toHaveLength(1)
    })
  })
})
