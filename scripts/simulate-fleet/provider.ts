import { AuthError } from '../../src/contract/auth-error.ts'

export interface Trouble {
  /** Milliseconds after the beginning: nothing but errors from here to there. */
  readonly from: number
  readonly to: number
  /** Requests per second that it can bear once it is back; whoever comes on top is answered 429. */
  readonly capacity: number
  /** Milliseconds of `Retry-After` on each 429. */
  readonly retryAfter: number
}

/** Answers why a request that comes at this moment is refused, or `undefined`: it gets its tokens. */
export type Provider = (milliseconds: number) => AuthError | undefined

export function createProvider({ from, to, capacity, retryAfter }: Trouble): Provider {
  const down = new AuthError('network', 'The provider answered 503.')
  const busy = new AuthError('network', 'The provider answered 429.', { retryAfter })
  let second = 0
  let granted = 0
  return (milliseconds) => {
    if (milliseconds < from) return undefined
    if (milliseconds < to) return down
    const now = Math.floor(milliseconds / 1_000)
    if (now !== second) granted = 0
    second = now
    granted += 1
    return granted > capacity ? busy : undefined
  }
}
