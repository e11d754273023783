import { errors, type JWTPayload, jwtVerify } from 'jose'
import { HttpError } from '../http/http-error.ts'
import type { Refusals } from './challenge.ts'
import { createProviderKeys } from './provider-keys.ts'

export interface AccessToken {
  readonly id: string
  readonly subject: string
  readonly clientId: string
  readonly scopes: readonly string[]
  /** Seconds since 1970, as the two below. */
  readonly issuedAt: number
  readonly expiresAt: number
  readonly authTime: number | undefined
  readonly acr: string | undefined
  /** The thumbprint of the key that whoever sends the token must have (RFC 9449 section 6.1). */
  readonly boundTo: string | undefined
}

interface Trust {
  readonly issuer: string
  /** Our own identifier: what `aud` must name. */
  readonly audience: string
}

/** Asymmetric only: a MAC would be "verified" with a key that everybody can read (RFC 8725 section 3.1). */
const ALGORITHMS = ['ES256', 'ES384', 'ES512', 'EdDSA', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512']
const REQUIRED = ['exp', 'iat', 'client_id', 'sub', 'jti']
const CLOCK_TOLERANCE = 5

/**
 * Validates JWT access tokens as RFC 9068 section 4 asks. Nobody is asked about single tokens: one that was revoked
 * stays good until it expires, which is why it should live shortly (RFC 9700 section 2.2).
 */
export function createTokenValidation({ issuer, audience }: Trust) {
  const keys = createProviderKeys(issuer)

  return async (token: string, refusals: Refusals): Promise<AccessToken> => {
    const payload = await verify(token, refusals)
    const { sub, jti, client_id, iat, exp, scope, auth_time, acr } = payload
    const texts = [sub, jti, client_id].every((claim) => typeof claim === 'string' && claim !== '')
    if (!texts) throw refusals.invalidToken('A claim of the token has the wrong type.')
    if (Number(iat) > Date.now() / 1000 + CLOCK_TOLERANCE) throw refusals.invalidToken('The token is from the future.')
    return {
      id: String(jti),
      subject: String(sub),
      clientId: String(client_id),
      scopes: typeof scope === 'string' ? scope.split(' ') : [],
      issuedAt: Number(iat),
      expiresAt: Number(exp),
      authTime: typeof auth_time === 'number' ? auth_time : undefined,
      acr: typeof acr === 'string' ? acr : undefined,
      boundTo: keyBoundTo(payload, refusals),
    }
  }

  async function verify(token: string, refusals: Refusals): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ALGORITHMS,
        typ: 'at+jwt',
        issuer,
        audience,
        requiredClaims: REQUIRED,
        clockTolerance: CLOCK_TOLERANCE,
      })
      return payload
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw refusals.invalidToken('The token has expired.')
      if (!isKeyTrouble(error)) throw refusals.invalidToken('The token is not valid.')
      const headers = { 'Retry-After': '5' }
      throw new HttpError(503, 'The token cannot be checked at the moment.', headers, 'temporarily_unavailable')
    }
  }
}

/** A binding that we cannot check must not be taken for none: a client certificate, say (RFC 8705). */
function keyBoundTo({ cnf }: JWTPayload, refusals: Refusals): string | undefined {
  if (cnf === undefined) return undefined
  const [[method, value] = [], ...others] = Object.entries(cnf ?? {})
  if (method === 'jkt' && typeof value === 'string' && others.length === 0) return value
  throw refusals.invalidToken('The token is bound in a way that cannot be checked here.')
}

/** The provider's keys could not be read, so the token may well be good. */
function isKeyTrouble(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return true
  return ['ERR_JOSE_GENERIC', errors.JWKSTimeout.code, errors.JWKSInvalid.code].includes(error.code)
}
