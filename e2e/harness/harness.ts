import { type Auth, AuthError, type AuthOptions, type AuthState, createAuth } from 'latchkey'

/** What a test can reach from outside. No app would do this. */
export interface Harness {
  readonly auth: Auth
  readonly createAuth: typeof createAuth
  readonly AuthError: typeof AuthError
  /** Every state that a subscriber was told of. */
  readonly told: AuthState[]
  renders: number
}

declare global {
  interface Window {
    harnessOptions: AuthOptions
    harness: Harness
    /** How many copies of the app have started in this tab, frames included. */
    boots?: number
  }
}

export function createHarness(): Harness {
  const outside = window.parent === window ? window : sameOriginParent()
  outside.boots = (outside.boots ?? 0) + 1
  const auth = createAuth(window.harnessOptions)
  const told: AuthState[] = []
  auth.subscribe((state) => told.push(state))
  const harness = { auth, createAuth, AuthError, told, renders: 0 }
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
