/**
 * Every way in which Latchkey refuses, as a closed list. Switch on `code`; the message is a sentence for a developer.
 */
export type AuthErrorCode =
  /** An option or argument is wrong, or this provider or page cannot be used safely as it is set up. Fix what the message names. */
  | 'configuration'
  /** The page was opened as a login callback that no login of this tab is waiting for. Offer a new login. */
  | 'callback_invalid'
  /** The login was left lying for more than ten minutes before it came back. Offer a new login. */
  | 'callback_expired'
  /** The provider answered with an OAuth error (RFC 6749 4.1.2.1, 5.2); `provider` holds it as plain text. */
  | 'provider_error'
  /** The provider's answer breaks the specification. Nothing of it was used. */
  | 'provider_invalid'
  /** A token failed validation (OpenID Connect Core 3.1.3.7). Nothing that came with it was kept. */
  | 'token_invalid'
  /** No usable answer: offline, no CORS headers, 5xx or 429. Passes by itself; nobody is signed out by it. */
  | 'network'
  /** No answer within the time limit. Passes by itself; nobody is signed out by it. */
  | 'timeout'
  /** Nobody is signed in, or the session is over. Call `login()`. */
  | 'login_required'
  /** `authFetch` was asked for a URL outside the configured `apis`. Nothing was sent. */
  | 'api_not_allowed'
  /** The API wants a stronger or more recent login (RFC 9470); pass `stepUp` on to `login({ stepUp })`. */
  | 'step_up_required'
  /** The browser did not open the window: call `login({ mode: 'popup' })` in a click, or without `mode`. */
  | 'popup_blocked'
  /** The window was closed before anybody signed in. Nothing has changed. */
  | 'popup_closed'
  /** The worker that holds the tokens does not start, does not answer, or is of another build of the app. The message says which. */
  | 'vault_unavailable'

/** What the provider said (RFC 6749 4.1.2.1, 5.2). Text from outside: show it as text, never as markup. */
export interface ProviderMessage {
  readonly error: string
  readonly description?: string | undefined
}

/** What an API asked for in a step-up challenge (RFC 9470 section 3). */
export interface StepUp {
  readonly acrValues?: string | undefined
  /** Seconds. */
  readonly maxAge?: number | undefined
  readonly scope?: string | undefined
}

export interface AuthErrorDetails {
  readonly provider?: ProviderMessage | undefined
  /** Milliseconds that the provider asked to be left alone (`Retry-After`). */
  readonly retryAfter?: number | undefined
  readonly stepUp?: StepUp | undefined
}

/** The one error of this library. Holds no token, code, verifier or state, and never a `cause`. */
export class AuthError extends Error {
  override readonly name = 'AuthError'
  declare readonly provider?: ProviderMessage | undefined
  declare readonly retryAfter?: number | undefined
  declare readonly stepUp?: StepUp | undefined

  constructor(
    readonly code: AuthErrorCode,
    message: string,
    details?: AuthErrorDetails,
  ) {
    super(message)
    Object.assign(this, details)
  }
}
