import type { AuthError } from '../contract/auth-error.ts'
import type { AuthState } from '../contract/auth-state.ts'

export interface WaitingCalls {
  /** The answer of the call; where it found nobody signed in, its answer once the same person is again. */
  readonly wait: <Answer>(call: () => Promise<Answer>, signal?: AbortSignal) => Promise<Answer>
  /** Nobody will sign in: what waits is refused. */
  readonly giveUp: () => void
}

/** Calls that outlive a session (`waitForLogin`). Nothing that one person asked for is sent in the name of another. */
export function createWaitingCalls(
  state: () => AuthState,
  subscribe: (listener: () => void) => () => void,
  gone: AbortSignal,
): WaitingCalls {
  let lastPerson: string | undefined
  const personNow = () => {
    const now = state()
    return now.status === 'signed-in' ? now.session.user.sub : undefined
  }
  const follow = () => {
    lastPerson = personNow() ?? lastPerson
  }
  let round = new AbortController()
  const giveUp = () => {
    round.abort()
    round = new AbortController()
  }
  const stopFollowing = subscribe(follow)
  gone.addEventListener('abort', () => {
    stopFollowing()
    giveUp()
  })
  /** Resolves when somebody is signed in; rejects with the error when nobody waits any longer. */
  const signedIn = (error: unknown, signal: AbortSignal | undefined) =>
    new Promise<void>((resolve, reject) => {
      const over = AbortSignal.any(signal ? [round.signal, signal] : [round.signal])
      const look = () => {
        if (!over.aborted && !personNow()) return
        stop()
        over.onabort = null
        if (signal?.aborted) reject(signal.reason)
        else if (over.aborted) reject(error)
        else resolve()
      }
      const stop = subscribe(look)
      over.onabort = look
      look()
    })
  return {
    async wait(call, signal) {
      follow()
      const person = lastPerson
      try {
        return await call()
      } catch (error) {
        if ((error as AuthError).code !== 'login_required' || gone.aborted) throw error
        await signedIn(error, signal)
        if (person && personNow() !== person) throw error
        return call()
      }
    },
    giveUp,
  }
}
