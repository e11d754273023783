import type { AuthError } from '../contract/auth-error.ts'
import { backOff, type Life, renewalDue } from './renewal-times.ts'

const ONE_SECOND = 1_000
const ONE_MINUTE = 60_000
const FIVE_MINUTES = 300_000

/** When to renew next. How it is followed is for others to say: a session, or a simulation of a million. */
export interface Plan {
  /** Milliseconds after the tokens were received, or after the attempt that failed. */
  readonly wait: number
  /** In a row. */
  readonly failures: number
  readonly lastFailure?: AuthError
  /** What `wait` is at most where somebody needs the token and it is over. */
  readonly hurried?: number
  /** What `wait` is at most where something wakes it: what the provider has asked for, and no storm. */
  readonly asked?: number
}

/** For tokens that have come: `withManyOthers` at a sign-in, which may follow a deploy, and after a longer trouble. */
export const planFor = (tokens: Life, withManyOthers: boolean): Plan => ({
  wait: renewalDue(tokens, withManyOthers),
  failures: 0,
})

/** Whether many others may have been in it. */
export const wasLong = ({ failures }: Plan): boolean => failures > 1

/** After a fault that passes, with a token that is still good for so many milliseconds. */
export function planAfter(lastFailure: AuthError, before: Plan, left: number): Plan {
  const { failures } = before
  const after = Math.min(lastFailure.retryAfter ?? 0, FIVE_MINUTES)
  const hurried = after + ONE_MINUTE * Math.random()
  // Whoever wakes it time and again does not get an attempt each time.
  const asked = Math.max(after, failures && ONE_SECOND)
  return { wait: backOff(failures + 1, left, after), failures: failures + 1, lastFailure, hurried, asked }
}

/**
 * Brings the next attempt forward: to when it is `hurried`, where somebody needs the token and it is over, or to when it was `asked`
 * for, which is at once if the provider has named no time: the page is shown, or the network is back.
 */
export const sooner = (plan: Plan, to: 'hurried' | 'asked'): Plan => ({
  ...plan,
  wait: Math.min(plan.wait, plan[to] ?? plan.wait),
})
