import type { AuthError } from '../../contract/auth-error.ts'
import type { AuthState } from '../../contract/auth-state.ts'
import { errorOf, type SignedIn } from './session.ts'
import { DEGRADING, type TestAuth } from './test-auth.ts'

export interface TestRenewal extends Pick<TestAuth, 'degrade' | 'recover'> {
  /** Throws where the token is over and cannot be renewed. */
  readonly checkToken: () => void
  /** Throws where no other token can be had than the one that is there. */
  readonly checkRenewal: () => void
}

/** Renewing that fails in passing, as long as it is told to. */
export function createTestRenewal(state: () => AuthState, become: (next: SignedIn) => void): TestRenewal {
  let lastFailure: AuthError | undefined
  const degraded = () => {
    const now = state()
    return now.status === 'signed-in' && now.renewal.status === 'degraded'
      ? { ...now, renewal: now.renewal }
      : undefined
  }
  const checkRenewal = () => {
    const now = degraded()
    if (now) throw lastFailure?.code === now.renewal.code ? lastFailure : errorOf(now.renewal.code)
  }
  return {
    checkRenewal,
    checkToken() {
      if ((degraded()?.session.expiresAt ?? Number.POSITIVE_INFINITY) <= Date.now()) checkRenewal()
    },
    degrade(trouble = 'network') {
      const failure = errorOf(trouble)
      const { code } = failure
      if (!DEGRADING.some((passing) => passing === code))
        throw new TypeError(`Renewing that fails with ${code} does not pass.`)
      const now = state()
      if (now.status !== 'signed-in') throw new TypeError('degrade() needs somebody who is signed in.')
      const since = degraded()?.renewal.since ?? Date.now()
      lastFailure = failure
      become(Object.freeze({ ...now, renewal: Object.freeze({ status: 'degraded', since, code }) }))
    },
    recover(expiresAt) {
      const now = degraded()
      if (!now) return
      const session = Object.freeze({ ...now.session, expiresAt })
      become(Object.freeze({ ...now, session, renewal: Object.freeze({ status: 'fresh' }) }))
    },
  }
}
