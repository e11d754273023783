import type { AuthError, AuthErrorCode } from './auth-error.ts'

/** The claims of the ID token that speak of the person; those that only serve the protocol are left out. */
export interface User {
  readonly sub: string
  readonly name?: string
  readonly email?: string
  readonly picture?: string
  readonly [claim: string]: unknown
}

/** Who is signed in and what was granted. Holds no token. */
export interface Session {
  readonly user: User
  /** Scopes granted, in the provider's order. */
  readonly scope: readonly string[]
  /** When the present access token runs out, in milliseconds since 1970; absent if the provider did not say. */
  readonly expiresAt?: number | undefined
}

/**
 * What an app waits for while nobody can say yet who is signed in: for `start()` to be called, for the `vault` to answer, for the
 * end of a login (`callback`), for the provider to find the session again in a hidden `frame` or by one `redirect` of the page, or
 * for the window that opened this `popup`.
 */
export type LoadingStep = 'start' | 'vault' | 'callback' | 'frame' | 'redirect' | 'popup'

/**
 * How it stands with the tokens of a session: `degraded` while renewing them fails in passing (offline, an outage) and is tried again.
 * A token that is there is used until it expires; requests that come later wait for a while (`patience`), then reject.
 */
export type Renewal =
  | { readonly status: 'fresh' }
  | { readonly status: 'refreshing' }
  /** `since`, in milliseconds since 1970; `code` is that of the last failure. */
  | { readonly status: 'degraded'; readonly since: number; readonly code: AuthErrorCode }

/** Whether somebody is signed in. One of three, never a mixture. */
export type AuthState =
  /** `start()` has not finished: show neither the app nor a sign-in button yet. */
  | { readonly status: 'loading'; readonly waitingFor: LoadingStep }
  /** `reason` says why, where it was not the person's own wish. */
  | { readonly status: 'signed-out'; readonly reason?: AuthError | undefined }
  /** Listeners are told when `renewal` becomes `degraded` and when that is over, not of each refresh. */
  | { readonly status: 'signed-in'; readonly session: Session; readonly renewal: Renewal }
