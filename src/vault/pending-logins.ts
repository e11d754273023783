import { AuthError } from '../contract/auth-error.ts'
import { ownProperties } from '../own-properties.ts'
import type { PendingAuthorization } from '../provider/authorization-url.ts'
import type { SlowShelf } from '../shelf.ts'

export interface PendingLogins {
  /** Rejects with `configuration` where nothing can be remembered. */
  readonly put: (pending: PendingAuthorization) => Promise<void>
  /** Answers once. Rejects with `callback_invalid` or `callback_expired`. */
  readonly take: (state: string) => Promise<PendingAuthorization>
  readonly sweep: () => void
}

/** What is remembered while the person is away at the provider: by `state`, for ten minutes. */
export const createPendingLogins = (shelf: SlowShelf): PendingLogins => ({
  async put(pending) {
    if (!(await shelf.put(pending.state, pending)))
      throw new AuthError('configuration', 'No login without storage: it is blocked or full.')
  },
  async take(state) {
    const kept = await shelf.take(state)
    void shelf.sweep()
    const { value } = kept ?? {}
    const pending = ownProperties((typeof value === 'object' ? value : {}) as PendingAuthorization)
    if (pending.state !== state || Object.values(pending).some((member) => typeof member === 'object'))
      throw new AuthError('callback_invalid', 'No login of this tab waits for this callback. Call login().')
    if (kept?.isOld)
      throw new AuthError('callback_expired', 'This login took ten minutes, or a clock was set. Call login().')
    return pending
  },
  sweep: () => void shelf.sweep(),
})
