import type { Auth } from 'latchkey'
import type { Timeline } from '../shared/timeline.ts'
import { apiRefuses } from './servers.ts'

/** What a token is left in peace for that has come because an API refused the one before. */
const FIVE_SECONDS = 5_000

export type Renewal = ReturnType<typeof createRenewal>

/** How to have the app renew its token: the API refuses the one it has. */
export function createRenewal(auth: Auth, timeline: Timeline) {
  let last = Number.NEGATIVE_INFINITY
  const expiresAt = () => (auth.state.status === 'signed-in' ? auth.state.session.expiresAt : undefined)
  return {
    /** Resolves when that can be done again. */
    async ready() {
      const left = last + FIVE_SECONDS - performance.now()
      if (left <= 0) return
      timeline.note('A moment: this token has only just come.')
      await new Promise((resolve) => setTimeout(resolve, left))
    },
    /** `call` asks the API for something. */
    async begin(call: () => Promise<void>) {
      const before = expiresAt()
      await apiRefuses('once')
      await call()
      if (expiresAt() !== before) last = performance.now()
    },
  }
}
