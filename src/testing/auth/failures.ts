import type { AuthError, AuthErrorCode } from '../../contract/auth-error.ts'
import { createSlot } from '../provider/faults.ts'
import { errorOf } from './session.ts'
import { POPUP_REFUSALS, REFUSALS, type RefusingVerb, type TestAuth } from './test-auth.ts'

export interface Failures {
  readonly slots: TestAuth['failures']
  /** Throws what this function was told to fail with, if anything. */
  readonly check: (verb: RefusingVerb | 'popup') => void
}

const CODES: Readonly<Record<RefusingVerb | 'popup', readonly AuthErrorCode[]>> = {
  ...REFUSALS,
  popup: [...REFUSALS.login, ...POPUP_REFUSALS],
}

// A worker that is gone has taken the tokens with it.
const SESSION_OVER: readonly AuthErrorCode[] = ['login_required', 'vault_unavailable']

/** `sessionOver` is called first where a failure means that nobody is signed in any more. */
export function createFailures(sessionOver: (reason: AuthError) => void): Failures {
  const slots: TestAuth['failures'] = {
    login: createSlot(),
    authFetch: createSlot(),
    userInfo: createSlot(),
    accessToken: createSlot(),
  }
  return {
    slots,
    check(asked) {
      const verb = asked === 'popup' ? 'login' : asked
      const trouble = slots[verb].next()
      if (trouble === undefined) return
      const error = errorOf(trouble)
      if (!CODES[asked].includes(error.code)) throw new TypeError(`${verb}() never rejects with ${error.code}.`)
      if (SESSION_OVER.includes(error.code) && verb !== 'login') sessionOver(error)
      throw error
    },
  }
}
