import { AuthError } from '../contract/auth-error.ts'
import { createShelf } from '../shelf.ts'
import type { Page } from './browser-page.ts'

const TWO_IN_A_ROW = 2

/** An app that answers each failed login with the next would send people round in circles for ever. */
export function createLoopGuard(page: Page) {
  const shelf = createShelf(page.storage, 'latchkey failed ')
  const failures = () => {
    const kept = shelf.look('logins')
    return typeof kept?.value === 'number' && !kept.isOld ? kept.value : 0
  }
  return {
    /** How a login of this tab ended. */
    note: (failure: AuthError | undefined) =>
      void (failure ? shelf.put('logins', failures() + 1) : shelf.take('logins')),
    /** Throws `login_required` after two failures in a row, unless a person is there to ask for a third login. */
    check() {
      if (failures() >= TWO_IN_A_ROW && !page.isTouched())
        throw new AuthError('login_required', 'Two logins in a row failed: show the reason, and a button for the next.')
    },
  }
}
