import type { AuthState, User } from './auth-state.ts'
import type { LoginRequest, VaultHome } from './vault.ts'

export interface LoginOptions extends LoginRequest {
  /** Where the person goes after signing in: a URL of this origin. Default: where they are. */
  readonly returnTo?: string | undefined
  /** Default `redirect`. In a `popup` this page stays as it is, with everything that was typed into it. */
  readonly mode?: 'redirect' | 'popup' | undefined
}

/** What the page decides for itself, wherever the vault lives. */
export interface PageOptions {
  /**
   * `authFetch` and `userInfo` that need a login wait for it, and go on if the same person signs in. Default: they reject with
   * `login_required` at once.
   */
  readonly waitForLogin?: boolean
}

export interface SubscribeOptions {
  /** Tells also of changes of `renewal` and `expiresAt` alone, as each refresh brings them. Default `false`. */
  readonly silent?: boolean
}

/** `provider`: the person is being sent to the provider's logout page. `local`: it has none, so a session there goes on. */
export type LogoutResult = 'provider' | 'local'

/** What an app holds that has asked for `exposeAccessToken`. */
export interface TokenAuth extends Auth {
  /**
   * The access token, for what `authFetch` cannot send: a WebSocket, a gRPC stub. For URLs of the configured `apis`, fresh as for
   * `authFetch`. Every script of the page can read it from then on. Rejects with `configuration` where the vault does not allow it,
   * otherwise as `authFetch` does before it sends.
   */
  readonly accessToken: (url: string | URL) => Promise<string>
}

/** What an app holds. Every function works when taken off the object: `const { login } = auth`. */
export interface Auth {
  /** A new object for each change, never changed in place. */
  readonly state: AuthState
  /** Where the tokens are; `undefined` until that is known. */
  readonly home: VaultHome | undefined
  /**
   * Calls the listener after each change that a person could notice; a silent refresh is none, unless you ask for those as well.
   * Answers how to stop.
   */
  readonly subscribe: (listener: (state: AuthState) => void, also?: SubscribeOptions) => () => void
  /**
   * Finishes a login if this page is its callback, otherwise says who is signed in: looks for the session that a reload has lost
   * where this browser was signed in. Cleans the URL before it returns.
   * Safe to call twice: it runs once. Never rejects; what went wrong is the `reason` of the state it answers: any code but
   * `api_not_allowed`, `step_up_required`, `popup_blocked` and `popup_closed`.
   */
  readonly start: () => Promise<AuthState>
  /**
   * Leaves for the provider's login page (authorization code flow with PKCE: RFC 6749 4.1, RFC 7636).
   * Does not wait for a session that `start` is still looking for.
   * Resolves when the browser was told to leave. Rejects with `configuration`, `network`, `timeout`, `provider_invalid`,
   * `vault_unavailable`; a second call while the first is under way is the same login. After two in a row that nobody clicked for,
   * and that signed nobody in, a third rejects with `login_required`.
   * In a popup it resolves when somebody is signed in, and rejects with `popup_blocked`, `popup_closed`, and every reason that
   * `start` knows for a failed callback.
   */
  readonly login: (options?: LoginOptions) => Promise<void>
  /** Forgets the tokens at once, has the refresh token revoked (RFC 7009) and leaves for the provider's logout page, where it has one. Never rejects. */
  readonly logout: () => Promise<LogoutResult>
  /**
   * `fetch` with `Authorization: Bearer` (RFC 6750 2.1) for URLs of the configured `apis`, and no others.
   * Waits for a refresh where the token is near its end, and for `patience` where that fails in passing. A 401 that may mean the token is tried once more.
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
  /**
   * For a button "try again". Where renewing the tokens has failed, asks the provider at once, or as soon as it has allowed
   * (`Retry-After`, up to five minutes). Where `start` could not find out who is signed in, looks again, which may lead away from this
   * page for a moment; `start` then waits for that. Otherwise nothing happens.
   */
  readonly retry: () => void
  /** Stops timers and listeners and forgets the tokens of this page. For tests and hot reloading; not a logout. */
  readonly dispose: () => void
}
