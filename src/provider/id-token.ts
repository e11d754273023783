import type { IDToken } from 'oauth4webapi'
import { AuthError } from '../contract/auth-error.ts'
import type { User } from '../contract/auth-state.ts'
import type { PendingAuthorization } from './authorization-url.ts'
import { base64url, bytesOf, hashOf } from './encoding.ts'
import type { Settings } from './settings.ts'

/** Claims that serve the protocol and tell an app nothing about the person. */
const PROTOCOL_CLAIM = /^(iss|aud|azp|exp|iat|nbf|nonce|at_hash|sid|jti)$/

/** What oauth4webapi leaves to its caller of OpenID Connect Core 3.1.3.7 and 3.1.3.8. */
export async function checkIdToken(idToken: string, claims: IDToken, accessToken: string, settings: Settings) {
  const { typ = 'JWT', alg } = headerOf(idToken)
  if (String(typ).toUpperCase() !== 'JWT' || claims.events !== undefined) throw refused('it is another kind of token')
  if (!claims.sub) throw refused('"sub" is empty')
  if (claims.azp !== undefined && claims.azp !== settings.clientId) throw refused('"azp" is another client')
  if (claims.iat > Date.now() / 1000 + settings.clockTolerance)
    throw refused('"iat" lies in the future: a clock is wrong')
  if (claims.at_hash !== undefined && claims.at_hash !== (await leftHalfOfHash(accessToken, alg)))
    throw refused('"at_hash" is of another access token')
}

/** OpenID Connect Core 12.2: a refreshed ID token speaks of the same person and the same login. */
export function checkContinuity(before: IDToken, after: IDToken) {
  for (const claim of ['sub', 'nonce', 'auth_time', 'azp'])
    if (claim in after && after[claim] !== before[claim]) throw refused(`"${claim}" changed with the refresh`)
}

/** OpenID Connect Core 3.1.3.7 (11, 13), RFC 9470 section 5: this is the answer to what was asked. */
export function checkAnswers(claims: IDToken, { nonce, maxAge, acrValues, begunAt }: PendingAuthorization) {
  const { iat, auth_time, acr } = claims
  if (!nonce || claims.nonce !== nonce) throw refused('"nonce" is of another login')
  // Two claims of one clock are compared with each other: this device's may be wrong.
  const underWay = (Date.now() - begunAt) / 1000 + 5
  if (maxAge !== undefined && !(iat - Number(auth_time) <= maxAge + underWay)) throw refused('"auth_time" is too old')
  if (acrValues && !acrValues.split(' ').includes(String(acr))) throw refused('"acr" is too low')
}

export const userOf = (claims: IDToken): User =>
  Object.freeze(Object.fromEntries(Object.entries(claims).filter(([name]) => !PROTOCOL_CLAIM.test(name))) as User)

export const refused = (why: string) => new AuthError('token_invalid', `The ID token was refused: ${why}.`)

export const headerOf = (jwt: string): Record<string, unknown> =>
  JSON.parse(new TextDecoder().decode(bytesOf(jwt.split('.')[0] ?? '')))

async function leftHalfOfHash(token: string, alg: unknown): Promise<string> {
  const hash = await hashOf(/S(\d+)$/.exec(String(alg))?.[1] ?? '512', token)
  return base64url(hash.subarray(0, hash.length / 2))
}
