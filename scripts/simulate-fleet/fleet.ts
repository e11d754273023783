import { isRefusal } from '../../src/contract/failure.ts'
import { type Plan, planAfter, planFor, sooner, wasLong } from '../../src/vault/renewal-plan.ts'
import { isNearItsEnd } from '../../src/vault/renewal-times.ts'
import type { Provider } from './provider.ts'

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

/** Sessions without promises and timers: when each asks is what the library plans for it; the keeper follows the same plan. */
export function createFleet(
  people: number,
  lifetime: number,
  provider: Provider,
  planned: (who: number) => void,
): Fleet {
  const tokens = { lifetime, refreshToken: 'r' }
  const received = new Float64Array(people)
  /** When each plan was made, and the plan. */
  const madeAt = new Float64Array(people)
  const plans: Plan[] = new Array(people)
  const ended = new Set<number>()

  const planOf = (who: number) => plans[who] as Plan
  const dueAt = (who: number) => (madeAt[who] as number) + planOf(who).wait
  const leftOf = (who: number, now: number) => (received[who] as number) + lifetime * 1_000 - now

  const follow = (who: number, plan: Plan, from = madeAt[who] as number) => {
    plans[who] = plan
    madeAt[who] = from
    planned(who)
  }
  const keep = (who: number, now: number, plan: Plan) => {
    received[who] = now
    follow(who, plan, now)
  }

  const renew = (who: number, now: number) => {
    const error = provider(now)
    if (!error) keep(who, now, planFor(tokens, wasLong(planOf(who))))
    else if (isRefusal(error)) ended.add(who)
    else follow(who, planAfter(error, planOf(who), leftOf(who, now)), now)
  }

  const hasten = (who: number, now: number, to: 'asked' | 'hurried') => {
    follow(who, sooner(planOf(who), to))
    if (dueAt(who) <= now) renew(who, now)
  }

  return {
    renew,
    dueAt,
    isLost: (who) => ended.has(who),
    signIn: (who, now) => keep(who, now, planFor(tokens, true)),

    signedInLongAgo(who) {
      const plan = planFor(tokens, false)
      keep(who, -Math.random() * plan.wait, plan)
    },

    wake(who, now) {
      if (planOf(who).failures) hasten(who, now, 'asked')
    },

    use(who, now) {
      if (!isNearItsEnd(tokens, leftOf(who, now), now - (received[who] as number))) return true
      if (planOf(who).failures) hasten(who, now, 'hurried')
      else renew(who, now)
      return leftOf(who, now) > 0
    },
  }
}
