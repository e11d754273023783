import { AuthError, type AuthErrorCode, type AuthState } from 'latchkey'
import { expect } from 'vitest'

/** The `AuthError` that this was refused with. Whatever else happens fails the test. */
export async function refusal(action: Promise<unknown> | (() => unknown)): Promise<AuthError> {
  try {
    await (typeof action === 'function' ? action() : action)
  } catch (error) {
    return typed(error)
  }
  throw new Error('It was not refused.')
}

/** Why nobody is signed in. */
export function reasonOf(state: AuthState): AuthError {
  if (state.status !== 'signed-out') throw new Error(`The state is ${state.status}, not signed-out.`)
  return typed(state.reason)
}

export async function expectRefusal(action: Promise<unknown> | (() => unknown), code: AuthErrorCode): Promise<void> {
  expect((await refusal(action)).code).toBe(code)
}

export function expectSignedOut(state: AuthState, code: AuthErrorCode): void {
  expect(reasonOf(state).code, reasonOf(state).message).toBe(code)
}

function typed(error: unknown): AuthError {
  expect(error).toBeInstanceOf(AuthError)
  return error as AuthError
}
