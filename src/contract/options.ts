import type { RestoreStep } from './vault.ts'

/** An API that `authFetch` may send the access token to. */
export interface Api {
  /** Every URL of the same origin whose path begins with these whole segments. `https:`, or `http:` on loopback. */
  readonly url: string
  /** Scopes to ask for at login, separated by spaces or as a list. */
  readonly scope?: string | readonly string[]
  /** The API's identifier at the provider (RFC 8707), where the provider wants one. */
  readonly resource?: string
}

/** The provider's own description of itself under its wire names (RFC 8414 section 2, OpenID Connect Discovery 3). */
export interface ProviderMetadata {
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly jwks_uri: string
  readonly revocation_endpoint?: string
  readonly end_session_endpoint?: string
  readonly userinfo_endpoint?: string
  readonly code_challenge_methods_supported?: readonly string[]
  /** Absent, only RS256 is accepted. */
  readonly id_token_signing_alg_values_supported?: readonly string[]
  readonly authorization_response_iss_parameter_supported?: boolean
}

/** Where a session is kept beyond the page, shared by all tabs and workers of the origin. */
export interface SessionStore {
  /** Lets one at a time of all of them in. Waits for a bounded time, then lets in whoever still waits. */
  readonly alone: <Result>(name: string, step: () => Promise<Result>) => Promise<Result>
  /** What was kept last under this name; `undefined` where there is nothing, or it was tampered with. Rejects where that cannot be told. */
  readonly load: (name: string) => Promise<string | undefined>
  /** Rejects where it cannot be kept; what stood there before is gone then, too. */
  readonly save: (name: string, session: string) => Promise<void>
  readonly forget: (name: string) => Promise<void>
}

/**
 * How a session is kept. `latchkey/persist` makes one: it brings along what that takes, so that an app which keeps none loads nothing of it.
 */
export type KeepSession = (ground: never) => unknown

export interface AuthOptions {
  /** The provider's issuer identifier, to the letter as its discovery document spells it. */
  readonly issuer: string
  /** The client identifier that the provider gave to this app: a public client, without a secret. */
  readonly clientId: string
  /** Where `authFetch` may send the access token. Default: nowhere. */
  readonly apis?: readonly Api[]
  /** Default `openid profile email`. `openid` and the scopes of `apis` are added. `offline_access` asks for a refresh token. */
  readonly scope?: string | readonly string[]
  /** Where the provider sends people back to: a page of this origin that calls `start()`. Default: `/`. */
  readonly redirectUri?: string
  /** Where the provider sends people after logout. Default: the redirect URI. */
  readonly postLogoutRedirectUri?: string
  /** Added to every authorization request, for example `{ audience }` for Auth0. */
  readonly parameters?: Readonly<Record<string, string>>
  /** For providers without discovery. Checked as if it had been fetched. */
  readonly metadata?: ProviderMetadata
  /** Seconds by which this device's clock and the provider's may differ. Default 300, at most 600. */
  readonly clockTolerance?: number
  /** Milliseconds that any one answer of the provider may take. Default 10,000. */
  readonly timeout?: number
  /** Milliseconds that a request waits for a token while the provider is out of reach. Default 5,000. */
  readonly patience?: number
  /**
   * How a session is found again that a reload has lost, in this order, where this browser was signed in. Default: in a hidden
   * `frame` where the provider is of the same site as the app, then by one `redirect`. `[]`: a reload signs out.
   */
  readonly restore?: readonly RestoreStep[]
  /** `encryptedSession()` keeps the session beyond the page, for all tabs. Default: in memory alone. docs/persist.md tells the price. */
  readonly keepSession?: KeepSession
  /** Default `false`: nothing hands out the access token. With `true` there is `auth.accessToken(url)`. */
  readonly exposeAccessToken?: boolean
  /** Used instead of the `fetch` that the page had when `createAuth` was called. */
  readonly fetch?: typeof fetch
}
