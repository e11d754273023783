import type { AuthError } from '../contract/auth-error.ts'
import type { TokenSet } from '../provider/tokens.ts'

const ONE_SECOND = 1_000
const FIVE_SECONDS = 5_000
const TEN_SECONDS = 10_000
const ONE_MINUTE = 60_000
const FIVE_MINUTES = 300_000

/**
 * Milliseconds after receipt at which to renew in the background: between 75 and 90 % of the lifetime, spread so that
 * clients that signed in together do not come back together, and never more often than every five seconds. Without a refresh token
 * it is when the token expires: the provider may refuse, and until then the session lasts.
 */
export function renewalDue({ lifetime = Infinity, refreshToken }: TokenSet): number {
  return Math.max(lifetime * 1000 * (refreshToken ? 0.75 + 0.15 * Math.random() : 1), FIVE_SECONDS)
}

/** Whether to renew before use. A token that came within the last second is used, however short its life. */
export function isNearItsEnd({ lifetime = 0, refreshToken }: TokenSet, left: number, age: number): boolean {
  return age >= ONE_SECOND && left <= (refreshToken ? Math.min(TEN_SECONDS, lifetime * 100) : 0)
}

/** Faults that say nothing about the session: it goes on, and the renewal is tried again. */
export const isPassing = ({ code }: AuthError): boolean =>
  /^(network|timeout|provider_invalid|configuration)$/.test(code)

/** Milliseconds until the next attempt: exponential with full jitter, and no sooner than the provider asked for. */
export function backOff(failures: number, retryAfter = 0): number {
  const longest = Math.min(ONE_MINUTE, ONE_SECOND * 2 ** failures)
  return Math.max(longest * Math.random(), ONE_SECOND / 2, Math.min(retryAfter, FIVE_MINUTES))
}
