import { AuthError } from '../contract/auth-error.ts'
import { ownProperties } from '../own-properties.ts'
import { hasForm } from '../secret-text.ts'
import type { HttpAnswer } from './http.ts'
import { refused } from './id-token.ts'
import { providerError } from './provider-error.ts'

// Beyond it no date can be told.
const MANY_YEARS = 1e9

/** A token response whose shape is right (RFC 6749 5.1, RFC 6750 4, OpenID Connect Core 3.1.3.3). */
export interface TokenResponse {
  readonly accessToken: string
  readonly refreshToken: string | undefined
  readonly idToken: string | undefined
  readonly scope: string | undefined
  /** Seconds. */
  readonly lifetime: number | undefined
}

/**
 * Throws `provider_invalid`, `token_invalid`, or what the provider says is wrong (RFC 6749 5.2). `rotated` hears of a
 * refresh token before anything else is judged: the one before is spent, whatever came with it.
 */
export function readTokenResponse(
  { status, json }: HttpAnswer,
  secrets: readonly string[],
  rotated?: (refreshToken: string) => void,
): TokenResponse {
  const { error, error_description, access_token, token_type, expires_in, refresh_token, id_token, scope } =
    json ?? ownProperties<Record<string, unknown>>({})
  // Gateways have errors of their own, "Not Found" and the like: they say nothing about the grant.
  if (status !== 200 && status < 404 && hasForm(/^[a-z]+_[a-z_]+$/, error))
    throw providerError(error, error_description, secrets)
  if (status === 200 && refresh_token && typeof refresh_token === 'string') rotated?.(refresh_token)
  const lifetime = secondsIn(expires_in)
  if (
    status !== 200 ||
    error !== undefined ||
    !hasForm(/^[\x21-\x7e]+$/, access_token) ||
    !hasForm(/^bearer$/i, token_type) ||
    !isTextOrAbsent(refresh_token) ||
    !isTextOrAbsent(scope) ||
    !(lifetime === undefined || lifetime >= 0)
  )
    throw new AuthError('provider_invalid', 'The token response holds no usable Bearer token.')
  if (!isAbsent(id_token) && !hasForm(/^[\w-]+\.[\w-]+\.[\w-]+$/, id_token)) throw refused('it is no signed JWT')
  return {
    accessToken: access_token,
    refreshToken: refresh_token || undefined,
    idToken: id_token || undefined,
    scope: scope ?? undefined,
    lifetime: lifetime && Math.min(lifetime, MANY_YEARS),
  }
}

/** `undefined`: the provider did not say; `NaN`: it said nothing that makes sense. */
function secondsIn(value: unknown): number | undefined {
  if (isAbsent(value)) return undefined
  return typeof value === 'number' || hasForm(/^\s*\d+(\.\d+)?\s*$/, value) ? Number(value) : Number.NaN
}

const isAbsent = (value: unknown): value is undefined | null | '' => (value ?? '') === ''

const isTextOrAbsent = (value: unknown): value is string | null | undefined => typeof (value ?? '') === 'string'
