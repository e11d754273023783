import type { AuthError } from '../contract/auth-error.ts'
import { backOff, type Life, renewalDue } from './renewal-times.ts'

const ONE_MINUTE = 60_000
const FIVE_MINUTES = 300_000

/** When to renew next. How it is followed is for others to say: a session, or a simulation of a million. */
export interface Plan {
  /** Milliseconds after the tokens were received, or after the attempt that failed. */
  readonly wait: number
  /** In a row. */
  readonly failures: number
  readonly lastFailure?: AuthError
  /** What `wait` is at most where somebody needs the token. */
  readonly hurried?: number
  /** What `wait` is at least, since the provider has said so. */
  readonly asked?: number
}

/**
 * For tokens that have come, after so many failures in a row. Many others may have been given theirs at the same time: after an
 * outage, and at a sign-in, which may follow a deploy.
 */
export const planFor = (tokens: Life, failures = Infinity): Plan => ({
  wait: renewalDue(tokens, failures > 1),
  failures: 0,
})

/** After a fault that passes, with a token that is still good for so many milliseconds. */
export function planAfter(lastFailure: AuthError, before: Plan, left: number): Plan {
  const asked = Math.min(lastFailure.retryAfter ?? 0, FIVE_MINUTES)
  const failures = before.failures + 1
  const hurried = asked + ONE_MINUTE * Math.random()
  return { wait: backOff(failures, left, asked), failures, lastFailure, hurried, asked }
}

const sooner = (plan: Plan, wait = plan.wait): Plan => ({ ...plan, wait: Math.min(plan.wait, wait) })

/** Somebody needs the token, and it is over. */
export const hurry = (plan: Plan): Plan => sooner(plan, plan.hurried)

/** The page is shown, or the network is back: at once, or at the time that the provider has named. */
export const wake = (plan: Plan): Plan => sooner(plan, plan.asked)
