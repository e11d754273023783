import type { StepUp } from './auth-error.ts'
import type { AuthState, User } from './auth-state.ts'

/** Where a vault lives: in the page itself, in a worker of this page alone, or in one that all tabs of the app share. */
export type VaultHome = 'page' | 'worker' | 'shared-worker'

/** Where the session may be looked for after a reload: in a hidden frame, or by one redirect of the whole page, both with `prompt=none`. */
export type RestoreStep = 'frame' | 'redirect'

/** What a page has to know of the vault's configuration. None of it is secret. */
export interface Client {
  readonly clientId: string
  readonly issuer: string
  readonly redirectUri: string
  /** In this order; where the app does not say, that is for the page to find out. */
  readonly restore: readonly RestoreStep[] | undefined
  readonly home: VaultHome
}

/** What an app may add to an authorization request. */
export interface LoginRequest {
  /** More authorization parameters: `prompt`, `login_hint`, `acr_values`, `ui_locales`, `max_age` … (OpenID Connect Core 3.1.2.1). */
  readonly parameters?: Readonly<Record<string, string>> | undefined
  /** The challenge of a `step_up_required` error: the login that comes back must meet it (RFC 9470 section 4). */
  readonly stepUp?: StepUp | undefined
}

/** A login under way: where to send the person, and the `state` that the callback will carry. */
export interface PendingLogin {
  readonly url: string
  readonly state: string
}

/** What is left to do after the session is forgotten: where the provider signs the person out as well, and the `state` they come back with. */
export interface Farewell {
  readonly url: string
  readonly state: string
}

/**
 * Whether a request can be sent a second time: a stream given by the caller cannot.
 */
export type Repeatable = 'repeatable' | 'once'

/**
 * The only holder of tokens. The page knows *who* is signed in and may *ask* for a request to be sent;
 * no member answers with a token, but for `accessToken`, which is refused unless the vault's own configuration allows it.
 * Whatever waits for an answer also rejects with `vault_unavailable` where the vault lives elsewhere and does not answer.
 */
export interface Vault {
  /** Known at once where the vault lives in this page, otherwise once it has answered. */
  readonly client: Client | undefined
  /** `signed-in` or `signed-out`, also before it is connected; a vault is never `loading`. */
  readonly state: AuthState
  /** Calls the listener after each change, with whether it is `silent`: no person could notice it. Answers how to stop. */
  subscribe(listener: (state: AuthState, silent: boolean | undefined) => void): () => void
  /** Resolves when `state` can be relied on. Safe to call again. */
  connect(): Promise<Client>
  /**
   * Remembers a new pending login. With `prompt` "none" the provider is asked first whether it can be reached, so that nobody is led
   * away to nothing. Rejects with `configuration`, `network`, `timeout` or `provider_invalid`.
   */
  beginLogin(request: LoginRequest): Promise<PendingLogin>
  /** Takes the query of a callback. Answers once: a callback that is replayed finds nothing. Rejects with an `AuthError`. */
  redeemLogin(query: string): Promise<void>
  /** Sends the request with the access token on it. Rejects as `authFetch` does, with `login_required` if the session ends before the answer has come. */
  fetch(request: Request, repeatable: Repeatable): Promise<Response>
  /** Asks the UserInfo endpoint. Rejects as `userInfo` does. */
  userInfo(): Promise<User>
  /** The access token for a URL of the configured `apis`. Rejects with `configuration` unless `exposeAccessToken` is set, otherwise as `fetch`. */
  accessToken(url: string): Promise<string>
  /** Forgets the session, and has the provider revoke it (RFC 7009) as well as that goes, without waiting. Answers nothing where no more can be done. */
  logout(): Promise<Farewell | undefined>
  /** The device woke up or came online: look at the clock again. */
  wake(): void
  /** Stops every timer and forgets everything of this page. */
  dispose(): void
}
