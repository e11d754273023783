import { AuthError } from '../contract/auth-error.ts'
import { ownProperties } from '../own-properties.ts'
import type { PendingAuthorization } from '../provider/authorization-url.ts'
import type { Shelf } from '../shelf.ts'

export interface PendingLogins {
  /** Throws `configuration` where nothing can be remembered. */
  readonly put: (pending: PendingAuthorization) => void
  /** Answers once. Throws `callback_invalid` or `callback_expired`. */
  readonly take: (state: string) => PendingAuthorization
  readonly sweep: () => void
}

/** What is remembered while the person is away at the provider: by `state`, for ten minutes, for this tab. */
export const createPendingLogins = (shelf: Shelf): PendingLogins => ({
  put(pending) {
    if (!shelf.put(pending.state, pending))
      throw new AuthError('configuration', 'sessionStorage is blocked or full: no login without it.')
  },
  take(state) {
    const kept = shelf.take(state)
    shelf.sweep()
    const { value } = kept ?? {}
    const pending = ownProperties((typeof value === 'object' ? value : {}) as PendingAuthorization)
    if (pending.state !== state || Object.values(pending).some((member) => typeof member === 'object'))
      throw new AuthError('callback_invalid', 'No login of this tab waits for this callback. Call login().')
    if (kept?.isOld) throw new AuthError('callback_expired', 'This login took more than ten minutes. Call login().')
    return pending
  },
  sweep: shelf.sweep,
})
