import { AuthError } from '../contract/auth-error.ts'
import { since } from '../vault/clock.ts'
import { isNearItsEnd } from '../vault/renewal-times.ts'
import type { Arrived } from '../vault/session.ts'
import type { Kept } from './kept-tokens.ts'

const ONE_SECOND = 1_000
const FIVE_MINUTES = 300_000

export const ageOf = ({ at }: Kept): number => since({ wall: at, monotonic: performance.now() })

export const isFresh = (kept: Kept): boolean => {
  const { lifetime = Number.POSITIVE_INFINITY } = kept.tokens
  // By a clock that was set back since: nobody can tell how old it is.
  if (kept.at > Date.now() + ONE_SECOND) return false
  return !isNearItsEnd(kept.tokens, lifetime * 1000 - ageOf(kept), ageOf(kept))
}

/** The tokens, as old as they are by now. */
export const arrivedFrom = ({ at, tokens }: Kept): Arrived => ({
  ...tokens,
  received: { wall: at, monotonic: performance.now() - Math.max(0, Date.now() - at) },
})

/**
 * What is to be written down after a renewal that failed in passing, with the refresh token as it is by then: whoever renews next,
 * in whichever tab, is to know as much of it as the one who failed.
 */
export function afterFailure(kept: Kept, refreshToken: string | undefined, { retryAfter }: AuthError): Kept {
  const notBefore = retryAfter ? Date.now() + Math.min(retryAfter, FIVE_MINUTES) : undefined
  if (refreshToken === kept.tokens.refreshToken) return { ...kept, inDoubt: true, notBefore }
  const tokens = { ...kept.tokens, refreshToken }
  return { ...kept, tokens, spender: undefined, inDoubt: undefined, notBefore }
}

/** Rejects what the provider has asked to wait with (`Retry-After`), whichever tab it was that it told so. */
export function stopIfTooEarly({ notBefore = 0 }: Kept): void {
  const retryAfter = notBefore - Date.now()
  // A clock that was set back makes nobody wait the longer.
  if (retryAfter > 0 && retryAfter <= FIVE_MINUTES)
    throw new AuthError('network', 'The provider has asked another tab to wait.', { retryAfter })
}
