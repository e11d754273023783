import type { AuthError } from '../contract/auth-error.ts'
import type { TokenSet } from '../provider/tokens.ts'
import type { Moment } from './clock.ts'

/** An access token together with the session that it was given to: a later session's token is none for this request. */
export interface Pass {
  readonly accessToken: string
  /** Aborted when the session ends: what is under way is nobody's then. */
  readonly session: AbortController
}

/** Tokens that come from where a session is kept have been `received` a while ago. */
export interface Arrived extends TokenSet {
  readonly received?: Moment
}

export interface SessionKeeper {
  readonly begin: (tokens: Arrived) => void
  /** A token that is not near its end, refreshed if need be. Rejects with `login_required`, `network`, `timeout` … */
  readonly pass: () => Promise<Pass>
  /** A newer token than the one an API refused; `undefined` if there is no sense in asking for yet another. */
  readonly newerPass: (refused: Pass) => Promise<Pass | undefined>
  /** Why there is nothing to be had: the reason of the sign-out where it has one. */
  readonly over: () => AuthError
  /** Forgets the session and answers what it held. */
  readonly end: (reason?: AuthError) => TokenSet | undefined
  readonly wake: () => void
}

export interface Renewals {
  readonly renew: (before: TokenSet, rotated: (refreshToken: string) => void) => Promise<Arrived>
  /** Called with tokens that no session will use: it has ended meanwhile, or another person's has begun. */
  readonly unwanted: (tokens: Arrived) => void
  /** Milliseconds that a request waits while renewing fails. */
  readonly patience: number
}
