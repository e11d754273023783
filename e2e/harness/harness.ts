import type { Auth, AuthError, AuthOptions, AuthState, LoadingStep } from 'latchkey'
import { type AuthEvent, withEvents } from 'latchkey/events'

/** What can be told to a page from outside, and to its worker: no functions. */
export interface HarnessOptions extends Omit<AuthOptions, 'fetch' | 'keepSession'> {
  readonly keepSession?: boolean
  readonly waitForLogin?: boolean
  /** The page tells what happens. */
  readonly tellsEvents?: boolean
}

/** What of the library is another in each home. */
export interface Library {
  readonly createAuth: (options: HarnessOptions) => Auth
  readonly AuthError: typeof AuthError
}

/** What a test can reach from outside. No app would do this. */
export interface Harness extends Library {
  readonly auth: Auth
  /** Every state that a subscriber was told of, once the app no longer waits. */
  readonly told: AuthState[]
  /** What the app has waited for until then. */
  readonly waited: LoadingStep[]
  readonly events: AuthEvent[]
  renders: number
  /** Milliseconds from the call of `start()` to its answer. */
  startTook?: number
}

declare global {
  interface Window {
    harnessOptions: HarnessOptions
    harness: Harness
    /** How many copies of the app have started in this tab, frames included. */
    boots?: number
  }
}

export function createHarness(library: Library): Harness {
  const outside = window.parent === window ? window : sameOriginParent()
  outside.boots = (outside.boots ?? 0) + 1
  const { tellsEvents, ...options } = window.harnessOptions
  const events: AuthEvent[] = []
  const made = library.createAuth(options)
  const auth = tellsEvents ? withEvents(made, (event) => events.push(event)) : made
  const told: AuthState[] = []
  const waited: LoadingStep[] = []
  auth.subscribe((state) => {
    if (state.status === 'loading') waited.push(state.waitingFor)
    else told.push(state)
  })
  const harness: Harness = { ...library, auth, told, waited, events, renders: 0 }
  window.harness = harness
  return harness
}

/** One line for each state. */
export function wordsFor(state: AuthState): string {
  if (state.status === 'signed-in') return `signed in as ${state.session.user.sub}`
  if (state.status === 'loading') return 'loading'
  return state.reason ? `signed out: ${state.reason.code}` : 'signed out'
}

function sameOriginParent(): Window {
  try {
    return window.parent.location.origin === location.origin ? window.parent : window
  } catch {
    return window
  }
}
