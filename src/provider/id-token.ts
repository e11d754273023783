import { AuthError } from '../contract/auth-error.ts'
import type { User } from '../contract/auth-state.ts'
import { hasForm } from '../secret-text.ts'
import type { PendingAuthorization } from './authorization-url.ts'
import type { Server } from './discover.ts'
import { base64url, hashOf } from './encoding.ts'
import { partOf } from './jwt.ts'
import type { Settings } from './settings.ts'

/** The claims of an ID token after they were checked. */
export interface Claims {
  readonly sub: string
  readonly iat: number
  readonly [claim: string]: unknown
}

/** Claims that serve the protocol, or change with every token of a provider (Entra, Cognito), and tell an app nothing about the person. */
const PROTOCOL_CLAIM = /^(iss|aud|azp|exp|iat|nbf|nonce|at_hash|sid|jti|uti|rh|aio|event_id|origin_jti)$/
/** Claims that apps may take for text, as `User` says. */
const TEXT_CLAIM = /^(name|email|picture)$/

/**
 * Answers the claims of an ID token that is right in itself (OpenID Connect Core 3.1.3.7 and 3.1.3.8), but for its signature. Its times
 * are judged by `now`, in seconds since 1970; where that is not given by its own `iat`, of which this device's clock knows nothing.
 */
export async function checkedClaims(
  idToken: string,
  accessToken: string,
  server: Server,
  { clientId, clockTolerance }: Settings,
  given: number | undefined,
): Promise<Claims> {
  const { alg, typ = 'JWT', crit } = partOf(idToken, 0)
  const claims = partOf(idToken, 1)
  const { iss, aud, azp, sub, exp, iat, nbf = 0, auth_time = 0, at_hash, events } = claims
  const audiences = [aud].flat()
  const now = given ?? Number(iat)
  const isBefore = (time: unknown, end: number) => typeof time === 'number' && time <= end

  // RFC 8725 3.11, Back-Channel Logout 2.4; no extension is understood (RFC 7515 4.1.11)
  must(crit === undefined && events === undefined && hasForm(/^jwt$/i, typ), 'it is another kind of token')
  must(
    (server.id_token_signing_alg_values_supported ?? ['RS256']).includes(alg),
    '"alg" is not one the provider announced',
  )
  must(iss === server.issuer, '"iss" is another provider')
  must(audiences.includes(clientId), '"aud" is another client')
  must(
    audiences.every((one) => one && typeof one === 'string'),
    '"aud" is no list of names',
  )
  must(azp === undefined ? audiences.length === 1 : azp === clientId, '"azp" is another client')
  must(sub && typeof sub === 'string', '"sub" is empty')
  must(typeof exp === 'number' && exp > now - clockTolerance, '"exp" is past, or a clock is wrong')
  must(isBefore(iat, now + clockTolerance), '"iat" lies in the future: a clock is wrong')
  must(isBefore(nbf, now + clockTolerance), '"nbf" lies in the future: a clock is wrong')
  must(isBefore(auth_time, now + clockTolerance), '"auth_time" lies in the future: a clock is wrong')
  must(
    at_hash === undefined || at_hash === (await leftHalfOfHash(accessToken, alg)),
    '"at_hash" is of another access token',
  )
  return claims as Claims
}

/** OpenID Connect Core 12.2: a refreshed ID token speaks of the same person and the same login. */
export function checkContinuity(before: Claims, after: Claims) {
  for (const claim of ['sub', 'nonce', 'auth_time', 'azp'])
    must(!(claim in after) || after[claim] === before[claim], `"${claim}" changed with the refresh`)
  const audiences = [after.aud].flat()
  must(
    [before.aud].flat().every((one) => audiences.includes(one)),
    '"aud" changed with the refresh',
  )
}

/** OpenID Connect Core 3.1.3.7 (11, 13), RFC 9470 section 5: this is the answer to what was asked. */
export function checkAnswers(
  claims: Claims,
  { nonce, maxAge, acrValues, begunAt }: PendingAuthorization,
  { clockTolerance }: Settings,
) {
  const { iat, auth_time, acr } = claims
  must(nonce && claims.nonce === nonce, '"nonce" is of another login')
  // Two claims of one clock are compared with each other: this device's may be wrong.
  const underWay = Math.max(Date.now() - begunAt, 0) / 1000 + 5
  must(maxAge === undefined || iat > begunAt / 1000 - clockTolerance, '"iat" is before this login: a clock is wrong')
  must(maxAge === undefined || iat - Number(auth_time) <= maxAge + underWay, '"auth_time" is too old')
  must(!acrValues || (acr && `${acrValues}`.split(' ').includes(acr as string)), '"acr" is too low')
}

/** The claims that speak of the person, as JSON: proof, too, that they are not nested without end. */
export const userJsonOf = (claims: object): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(claims).filter(
        ([name, value]) => !PROTOCOL_CLAIM.test(name) && (typeof value === 'string' || !TEXT_CLAIM.test(name)),
      ),
    ),
  )

/** Frozen through and through. A member called `__proto__` would become the prototype of whatever it is copied to. */
export const userOf = (json: string): User =>
  JSON.parse(json, (name, value) => (name === '__proto__' ? undefined : Object.freeze(value)))

export const refused = (why: string) => new AuthError('token_invalid', `The ID token was refused: ${why}.`)

function must(holds: unknown, why: string) {
  if (!holds) throw refused(why)
}

async function leftHalfOfHash(token: string, alg: unknown): Promise<string> {
  const hash = await hashOf(/S(\d+)$/.exec(String(alg))?.[1] ?? '512', token)
  return base64url(hash.subarray(0, hash.length / 2))
}
