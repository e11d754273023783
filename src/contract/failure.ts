import type { AuthError } from './auth-error.ts'

/**
 * What a fault means for a session, whichever step it happened in: finding the provider, its keys, a token request, a hidden frame.
 * These have been said by somebody who knows, and end it: the provider refuses or must see the person (RFC 6749 5.2, OpenID Connect
 * Core 3.1.2.6), or what came is not to be trusted. Any other says nothing of who is signed in, and passes.
 */
export const isRefusal = (error: AuthError): boolean => isNo(error) || /^(token|callback)_invalid$/.test(error.code)

/** The provider's own word. Where nobody had asked for a sign-in it is no news to anybody. */
export const isNo = ({ code }: AuthError): boolean => /^(login_required|provider_error)$/.test(code)

/**
 * Whether the same call may succeed later, with nobody doing anything about it: `network`, `timeout`, `provider_invalid` (a captive
 * portal) and `vault_unavailable`. For the `retry` of a data library. Answers `false` for what is no `AuthError`, also for what
 * `fetch` itself rejects with.
 */
export const isRetriable = (error: unknown): boolean =>
  /^(network|timeout|provider_invalid|vault_unavailable)$/.test(Object(error).code)
