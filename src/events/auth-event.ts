import type { AuthErrorCode } from '../contract/auth-error.ts'
import type { VaultHome } from '../contract/vault.ts'

/** What went wrong, by name alone: no message, and nothing that the provider described. */
export interface Fault {
  readonly code: AuthErrorCode
  /** The OAuth error code (RFC 6749 4.1.2.1, 5.2), where the provider answered with one. */
  readonly error?: string
}

export type LoginMode = 'redirect' | 'popup'

/** Followed by one `login_finished` or `login_failed`, unless the person goes away. */
export interface LoginStarted {
  readonly type: 'login_started'
  readonly mode: LoginMode
}

export interface LoginFinished {
  readonly type: 'login_finished'
  readonly mode: LoginMode
  /** Since `login()` was called, by the clock of this device. */
  readonly milliseconds: number
}

export interface LoginFailed extends Fault {
  readonly type: 'login_failed'
  readonly mode: LoginMode
}

/**
 * Where a session was found: in its `vault`, which was alive or has kept it; in a hidden `frame`; by one `redirect` of the page. Also
 * in the `vault`: what another tab that shares it has signed in to, or a window that was taken for closed.
 */
export type RestoredFrom = 'vault' | 'frame' | 'redirect'

export interface SessionRestored {
  readonly type: 'session_restored'
  readonly from: RestoredFrom
}

/** Nobody can say whether there is a session. That there is none is no failure, and not told. */
export interface RestoreFailed extends Fault {
  readonly type: 'restore_failed'
  readonly from: RestoredFrom
}

/** The session has newer tokens. */
export interface Refreshed {
  readonly type: 'refreshed'
}

/** Renewing fails in passing. Followed by one `recovered` or `ended`. */
export interface Degraded {
  readonly type: 'degraded'
  readonly code: AuthErrorCode
}

/** Renewing works again, and has; told instead of `refreshed`. */
export interface Recovered {
  readonly type: 'recovered'
  /** Since the session was degraded. */
  readonly milliseconds: number
}

/**
 * Why a session is over. `logout`: this page has called it. `elsewhere`: another tab has, or has signed in somebody else. `replaced`:
 * the vault holds the session of another person now. `refused`: the provider renews it no more, with this `error`. `expired`: it
 * could not be renewed, and no provider said why. `unreachable`: the worker with the tokens is gone, or does not answer.
 */
export type EndedBy = 'logout' | 'elsewhere' | 'replaced' | 'refused' | 'expired' | 'unreachable'

/** A session is over that this page knew of. */
export interface Ended extends Partial<Fault> {
  readonly type: 'ended'
  readonly why: EndedBy
}

/** The functions that can refuse a request. */
export type AskingVerb = 'authFetch' | 'userInfo' | 'accessToken'

/** It rejected with an `AuthError`. What `fetch` itself rejects with, an abort, and what an API answers are not told. */
export interface RequestRefused extends Fault {
  readonly type: 'request_refused'
  readonly verb: AskingVerb
}

/** What happens to the session of a page. */
export type Occurrence =
  | LoginStarted
  | LoginFinished
  | LoginFailed
  | SessionRestored
  | RestoreFailed
  | Refreshed
  | Degraded
  | Recovered
  | Ended
  | RequestRefused

/** Switch on `type`. Holds names and numbers of this list and an OAuth error code: nothing of the person, no token, no URL, no message. */
export type AuthEvent = Occurrence & {
  /** In milliseconds since 1970, by the clock of this device. */
  readonly at: number
  /** As `auth.home` says. All tabs of a `shared-worker` tell the same refresh. */
  readonly home: VaultHome | undefined
}
