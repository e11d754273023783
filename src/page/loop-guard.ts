import { AuthError } from '../contract/auth-error.ts'
import type { Shelf } from '../shelf.ts'

const TWO_IN_A_ROW = 2

export interface LoopGuard {
  /** Throws `login_required` where two departures in a row, that nobody clicked for, led to nothing. */
  readonly check: () => void
  readonly count: () => void
}

/** An app that answers each failed login with the next would send people round in circles for ever. */
export function createLoopGuard(shelf: Shelf): LoopGuard {
  const departures = () => {
    const kept = shelf.look('departures')
    return typeof kept?.value === 'number' && !kept.isOld ? kept.value : 0
  }
  return {
    check() {
      if (departures() >= TWO_IN_A_ROW)
        throw new AuthError('login_required', 'Two logins in a row failed: show the reason, and a button for the next.')
    },
    count: () => void shelf.put('departures', departures() + 1),
  }
}
