import { AuthError } from '../contract/auth-error.ts'
import type { Shelf } from '../shelf.ts'

const TWO_IN_A_ROW = 2

/** How often in a row the pages of this tab have left with nobody clicking for it. */
const departures = (shelf: Shelf): number => {
  const kept = shelf.look('departures')
  return typeof kept?.value === 'number' && !kept.isOld ? kept.value : 0
}

/**
 * Throws `login_required` where two departures in a row, that nobody clicked for, led to nothing: an app that answers each failed login
 * with the next would send people round in circles for ever.
 */
export function checkDepartures(shelf: Shelf): void {
  if (departures(shelf) >= TWO_IN_A_ROW)
    throw new AuthError('login_required', 'Two logins in a row failed: show the reason, and a button for the next.')
}

export const countDeparture = (shelf: Shelf): unknown => shelf.put('departures', departures(shelf) + 1)
