import { type Auth, AuthError, type AuthState } from 'latchkey'

const errors: unknown[] = []
const states: AuthState[] = []
let auths: Auth[] = []

class NotedError extends Error {
  constructor(message?: string) {
    super(message)
    errors.push(this)
  }
}

// `super()` asks anew each time what a class extends, so every AuthError there ever is comes past here: also one that
// no test looks at, that is swallowed, or that only a listener or a component is told of.
Object.setPrototypeOf(AuthError, NotedError)

/** Notes every state that this client is ever seen in. */
export function watched(auth: Auth): Auth {
  auths.push(auth)
  states.push(auth.state)
  auth.subscribe((state) => states.push(state))
  return auth
}

/** Everything public that was made since the last time somebody asked: errors, states, and the clients themselves. */
export function everythingMade(): readonly unknown[] {
  const made = [...errors, ...states, ...auths.map(({ state }) => state), ...auths]
  errors.length = 0
  states.length = 0
  auths = []
  return [...new Set(made)]
}
