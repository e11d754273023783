import { AuthError } from '../contract/auth-error.ts'
import type { AuthState } from '../contract/auth-state.ts'
import type { PostedError } from './messages.ts'

/** What another error says may hold what must not cross, so it is not repeated. */
export function toPostedError(error: unknown): PostedError {
  if (!(error instanceof AuthError)) return { message: 'The request failed.' }
  const { code, message, provider, retryAfter, stepUp } = error
  return {
    code,
    message,
    details: { ...(provider && { provider }), ...(retryAfter && { retryAfter }), ...(stepUp && { stepUp }) },
  }
}

export const fromPostedError = ({ code, message, details }: PostedError): Error =>
  code ? new AuthError(code, message, details) : new TypeError(message)

export const toPostedState = (state: AuthState): string =>
  JSON.stringify(
    state.status === 'signed-out' && state.reason ? { ...state, reason: toPostedError(state.reason) } : state,
  )

/** Frozen through and through, as it was on the other side. */
export const fromPostedState = (text: string): AuthState => {
  const { reason, ...state } = JSON.parse(text, (_, value) => Object.freeze(value))
  return Object.freeze(reason ? { ...state, reason: fromPostedError(reason) } : state)
}
