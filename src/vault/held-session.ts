import type { AuthState, Renewal, Session } from '../contract/auth-state.ts'
import type { TokenSet } from '../provider/tokens.ts'
import { type Moment, since } from './clock.ts'
import type { Plan } from './renewal-plan.ts'

/** A session that is going on: its tokens, and when they are to be renewed. */
export interface Held {
  tokens: TokenSet
  readonly received: Moment
  /** The same through all renewals of one session. */
  readonly session: AbortController
  plan: Plan
  /** After which the plan counts; a clock that is set right does not move it. */
  planned: Moment
  renewing?: Promise<void>
  renewal: Renewal
  /** So many tokens in a row were refused by an API before this one. */
  readonly refusals: number
}

/** Milliseconds until the next renewal. */
export const timeLeft = ({ plan, planned }: Held): number => plan.wait - since(planned)

/** Milliseconds that the access token is still good. */
export const lifetimeLeft = ({ tokens, received }: Held): number =>
  (tokens.lifetime ?? Infinity) * 1000 - since(received)

export const stateOf = ({ tokens, received, renewal }: Held): AuthState =>
  Object.freeze({ status: 'signed-in', session: sessionOf(tokens, received), renewal })

const sessionOf = ({ user, scope, lifetime }: TokenSet, received: Moment): Session =>
  Object.freeze({
    user,
    scope: Object.freeze(scope.split(' ').filter(Boolean)),
    expiresAt: lifetime === undefined ? undefined : received.wall + lifetime * 1000,
  })
