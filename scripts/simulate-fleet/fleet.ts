import type { AuthError } from '../../src/contract/auth-error.ts'
import { isRefusal } from '../../src/contract/failure.ts'
import { backOff, isNearItsEnd, renewalDue } from '../../src/vault/renewal-times.ts'
import type { Provider } from './provider.ts'

const HUNDRED_YEARS = 100 * 365 * 86_400_000

export interface Fleet {
  /** Signed in at this moment, with the first renewal that the library plans for it. */
  readonly signIn: (who: number, milliseconds: number) => void
  /** As if it had been signed in for days: somewhere between two renewals. */
  readonly signedInLongAgo: (who: number) => void
  readonly renew: (who: number, milliseconds: number) => void
  /** The page is shown, or the network is back. */
  readonly wake: (who: number, milliseconds: number) => void
  /** The app calls an API. Answers whether it got a token that is good. */
  readonly use: (who: number, milliseconds: number) => boolean
  readonly dueAt: (who: number) => number
  readonly isLost: (who: number) => boolean
}

/**
 * What session-keeper.ts does with one session, for many, without promises and timers: how long to wait is the library's
 * own decision each time; what happens in between is told here again, and must follow that file.
 */
export function createFleet(
  people: number,
  lifetime: number,
  provider: Provider,
  planned: (who: number) => void,
): Fleet {
  const tokens = { lifetime, refreshToken: 'r' }
  const received = new Float64Array(people)
  const due = new Float64Array(people)
  const failures = new Uint8Array(people)
  const lastFailure: (AuthError | undefined)[] = new Array(people).fill(undefined)

  const plan = (who: number, milliseconds: number) => {
    due[who] = milliseconds
    planned(who)
  }
  const leftOf = (who: number, now: number) => (received[who] as number) + lifetime * 1_000 - now

  const keep = (who: number, now: number, wait: number) => {
    received[who] = now
    failures[who] = 0
    lastFailure[who] = undefined
    plan(who, now + wait)
  }

  const failed = (who: number, now: number, error: AuthError) => {
    lastFailure[who] = error
    if (isRefusal(error)) return plan(who, now + HUNDRED_YEARS)
    const times = (failures[who] as number) + 1
    failures[who] = times
    plan(who, now + backOff(times, leftOf(who, now), error.retryAfter))
  }

  const renew = (who: number, now: number) => {
    const error = provider(now)
    if (error) failed(who, now, error)
    else keep(who, now, renewalDue(tokens, (failures[who] as number) > 1))
  }

  return {
    renew,
    dueAt: (who) => due[who] as number,
    isLost: (who) => lastFailure[who] !== undefined && isRefusal(lastFailure[who] as AuthError),
    signIn: (who, now) => keep(who, now, renewalDue(tokens, true)),

    signedInLongAgo(who) {
      const wait = renewalDue(tokens, false)
      const past = Math.random() * wait
      keep(who, -past, wait)
    },

    wake(who, now) {
      if (failures[who] && !lastFailure[who]?.retryAfter) renew(who, now)
    },

    use(who, now) {
      const age = now - (received[who] as number)
      if (!isNearItsEnd(tokens, leftOf(who, now), age)) return true
      if (!lastFailure[who] || (due[who] as number) <= now) renew(who, now)
      return leftOf(who, now) > 0
    },
  }
}
