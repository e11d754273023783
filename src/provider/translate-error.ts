import { OperationProcessingError, ResponseBodyError, UnsupportedOperationError } from 'oauth4webapi'
import { AuthError } from '../contract/auth-error.ts'

const NEEDS_THE_PERSON = /^(login|interaction|consent|account_selection)_required$/
const PASSES = /^(temporarily_unavailable|server_error|slow_down)$/
const LONG_AND_OPAQUE = /[\w~+/.=%-]{20,}/g

/**
 * The one way for a foreign error out of this folder. Its `cause` can hold tokens and claims, so it stays here;
 * only constant texts and what the provider said, cut and cleaned, go on.
 */
export function translateError(error: unknown): AuthError {
  if (error instanceof AuthError) return error
  if (error instanceof ResponseBodyError) return providerError(error.error, error.error_description)
  const known = error instanceof OperationProcessingError || error instanceof UnsupportedOperationError
  const broken = known && (error.cause instanceof Response || (error.cause as { body?: unknown } | undefined)?.body)
  return new AuthError(
    broken ? 'provider_invalid' : 'token_invalid',
    `The token response was refused${known ? `: ${error.message}` : ''}.`,
  )
}

/** Answers what an OAuth error means for an app (RFC 6749 4.1.2.1 and 5.2, OpenID Connect Core 3.1.2.6). */
export function providerError(code: string, description: string | undefined): AuthError {
  const error = /^[a-z_]{1,50}$/.test(code) ? code : 'unknown_error'
  const provider = { error, description: description?.slice(0, 300).replace(LONG_AND_OPAQUE, '…') }
  if (NEEDS_THE_PERSON.test(error))
    return new AuthError('login_required', `The provider must see the person (${error}). Call login().`, { provider })
  return new AuthError(PASSES.test(error) ? 'network' : 'provider_error', `The provider answered ${error}.`, {
    provider,
  })
}
