import type { AuthState, User } from './auth-state.ts'
import type { LoginRequest } from './vault.ts'

export interface LoginOptions extends LoginRequest {
  /** Where the person goes after signing in: a URL of this origin. Default: where they are. */
  readonly returnTo?: string | undefined
}

/** `provider`: the person is being sent to the provider's logout page. `local`: it has none, so a session there goes on. */
export type LogoutResult = 'provider' | 'local'

/** What an app holds. Every function works when taken off the object: `const { login } = auth`. */
export interface Auth {
  /** A new object for each change, never changed in place. */
  readonly state: AuthState
  /** Calls the listener after each change that a person could notice; a silent refresh is none. Answers how to stop. */
  readonly subscribe: (listener: (state: AuthState) => void) => () => void
  /**
   * Finishes a login if this page is its callback, otherwise says who is signed in. Cleans the URL before it returns.
   * Safe to call twice: it runs once. Never rejects; what went wrong is the `reason` of the state it answers: any code but
   * `api_not_allowed` and `step_up_required`.
   */
  readonly start: () => Promise<AuthState>
  /**
   * Leaves for the provider's login page (authorization code flow with PKCE: RFC 6749 4.1, RFC 7636).
   * Resolves when the browser was told to leave. Rejects with `configuration`, `network`, `timeout`, `provider_invalid`; a second call
   * while the first is under way is the same login. After two in a row that nobody clicked for, and that signed nobody in, a third
   * rejects with `login_required`.
   */
  readonly login: (options?: LoginOptions) => Promise<void>
  /** Forgets the tokens at once, has the refresh token revoked (RFC 7009) and leaves for the provider's logout page, where it has one. Never rejects. */
  readonly logout: () => Promise<LogoutResult>
  /**
   * `fetch` with `Authorization: Bearer` (RFC 6750 2.1) for URLs of the configured `apis`, and no others.
   * Waits for a refresh where the token is near its end. A 401 that may mean the token is tried once more.
   * Rejects with `api_not_allowed`, `configuration`, `login_required`, `step_up_required`, and, where a refresh is needed and
   * fails in passing, `network`, `timeout`, `provider_invalid`; with the signal's reason when aborted; otherwise as `fetch` does.
   */
  readonly authFetch: (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>
  /**
   * What the provider has to say of the person signed in, beyond the ID token (OpenID Connect Core 5.3). Asks each time.
   * Rejects with `configuration` where the provider has no UserInfo endpoint, `token_invalid` where the answer speaks of
   * somebody else, `provider_invalid`, and `login_required`, `network`, `timeout`, `step_up_required` as `authFetch` does.
   */
  readonly userInfo: () => Promise<User>
  /** Stops timers and listeners and forgets the tokens of this page. For tests and hot reloading; not a logout. */
  readonly dispose: () => void
}
