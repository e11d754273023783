import type { AuthError, AuthErrorCode } from '../../contract/auth-error.ts'
import { createSlot } from '../provider/faults.ts'
import { errorOf } from './session.ts'
import { REFUSALS, type RefusingVerb, type TestAuth } from './test-auth.ts'

export interface Failures {
  readonly slots: TestAuth['failures']
  /** Throws what this function was told to fail with, if anything. */
  readonly check: (verb: RefusingVerb) => void
}

/** `sessionOver` is called first where a failure means that nobody is signed in any more. */
export function createFailures(sessionOver: (reason: AuthError) => void): Failures {
  const slots: TestAuth['failures'] = { login: createSlot(), authFetch: createSlot(), userInfo: createSlot() }
  return {
    slots,
    check(verb) {
      const trouble = slots[verb].next()
      if (trouble === undefined) return
      const error = errorOf(trouble)
      const codes: readonly AuthErrorCode[] = REFUSALS[verb]
      if (!codes.includes(error.code)) throw new TypeError(`${verb}() never rejects with ${error.code}.`)
      if (error.code === 'login_required' && verb !== 'login') sessionOver(error)
      throw error
    },
  }
}
