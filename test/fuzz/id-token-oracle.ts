import { createHash } from 'node:crypto'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { hasDuplicates, isObject, type Json, parsed } from './json.ts'

export interface Expected {
  readonly keys: JSONWebKeySet
  readonly issuer: string
  readonly clientId: string
  readonly algorithm: string
  /** `undefined` among them: there may be none. */
  readonly nonces: readonly (string | undefined)[]
  /** Of the login before, where this is the ID token of a refresh (12.2). */
  readonly sub?: string
  readonly accessToken: string
  readonly clockTolerance: number
}

/** Whether OpenID Connect Core 3.1.3.7 lets this be the ID token of a login, by another library and a list of its own. */
export async function isRightIdToken(token: unknown, expected: Expected): Promise<boolean> {
  // RFC 7515 3.1 and appendix C: nothing but base64url, which jose reads generously.
  if (typeof token !== 'string' || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return false
  if (!(await isVerified(token, expected))) return false
  const [header = '', payload = ''] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString())
  // RFC 8725 2.4
  if (hasDuplicates(header) || hasDuplicates(payload)) return false
  return isRightType(header) && areRightClaims(payload, expected)
}

/** 3.1.3.7 (2), (3), (6) to (9). */
async function isVerified(token: string, { keys, issuer, clientId, algorithm, clockTolerance }: Expected) {
  try {
    await jwtVerify(token, createLocalJWKSet(keys), {
      issuer,
      clockTolerance,
      audience: clientId,
      algorithms: [algorithm],
      requiredClaims: ['iss', 'sub', 'aud', 'exp', 'iat'],
      currentDate: new Date(Date.now()),
    })
    return true
  } catch {
    return false
  }
}

function isRightType(header: Json): boolean {
  const { typ } = Object(parsed(header))
  return typ === undefined || (typeof typ === 'string' && typ.toLowerCase() === 'jwt')
}

/** 3.1.3.7 (3) to (5), (10) and (11), 3.1.3.8, and the types of section 2. */
function areRightClaims(
  payload: Json,
  { clientId, nonces, sub, accessToken, clockTolerance, algorithm }: Expected,
): boolean {
  const claims = parsed(payload)
  if (!isObject(claims)) return false
  const audiences: unknown[] = [claims.aud].flat()
  const tooEarly = Date.now() / 1000 + clockTolerance
  return (
    audiences.every((audience) => typeof audience === 'string') &&
    (audiences.length === 1 || claims.azp === clientId) &&
    (claims.azp === undefined || claims.azp === clientId) &&
    typeof claims.sub === 'string' &&
    claims.sub !== '' &&
    Number(claims.iat) <= tooEarly &&
    nonces.includes(claims.nonce as string) &&
    (sub === undefined || (claims.sub === sub && claims.azp === undefined)) &&
    (claims.at_hash === undefined || claims.at_hash === leftHalf(accessToken, algorithm)) &&
    (claims.auth_time === undefined || (typeof claims.auth_time === 'number' && claims.auth_time <= tooEarly)) &&
    // Back-Channel Logout 2.4: that is how a logout token can be told.
    claims.events === undefined
  )
}

function leftHalf(text: string, algorithm: string): string {
  const hash = createHash(algorithm === 'EdDSA' ? 'sha512' : 'sha256')
    .update(text)
    .digest()
  return hash.subarray(0, hash.length / 2).toString('base64url')
}
