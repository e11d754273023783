import type { TokenSet } from '../provider/tokens.ts'

const HALF_A_SECOND = 500
const ONE_SECOND = 1_000
const FIVE_SECONDS = 5_000
const TEN_SECONDS = 10_000
const TEN_MINUTES = 600_000

export type Life = Pick<TokenSet, 'lifetime' | 'refreshToken'>

/**
 * Milliseconds after receipt at which to renew in the background: between 75 and 90 % of the lifetime, and never more often than
 * every five seconds. Without a refresh token it is when the token expires: the provider may refuse, and until then the session lasts.
 * Where many others were given theirs at the same time, it is as if it had all been going on for days: anywhere between two
 * renewals. From then on they come back evenly.
 */
export function renewalDue({ lifetime = Infinity, refreshToken }: Life, withManyOthers: boolean): number {
  const share = withManyOthers ? 1 - Math.random() : 1
  return Math.max(lifetime * 1000 * (refreshToken ? (0.75 + 0.15 * Math.random()) * share : 1), FIVE_SECONDS)
}

/** Whether to renew before use. A token that came within the last second is used, however short its life. */
export function isNearItsEnd({ lifetime = 0, refreshToken }: Life, left: number, age: number): boolean {
  return age >= ONE_SECOND && left <= (refreshToken ? Math.min(TEN_SECONDS, lifetime * 100) : 0)
}

/**
 * Milliseconds until the next attempt. A token that is still good for so many is `left` in peace for most of them: nobody
 * waits, and a provider in trouble is asked by few. Otherwise exponential with full jitter. No sooner than the provider asked for, and
 * not all at once who were told the same.
 */
export function backOff(failures: number, left: number, asked: number): number {
  const longest = Math.min(Math.max((ONE_SECOND / 16) * 64 ** failures, asked), TEN_MINUTES)
  const calm = Math.min(left - asked, TEN_MINUTES) * (0.9 + Math.random() / 10)
  return Math.max(asked + Math.max(longest * Math.random(), calm), HALF_A_SECOND)
}
