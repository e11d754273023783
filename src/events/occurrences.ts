import type { AuthError } from '../contract/auth-error.ts'
import type { LoadingStep, Renewal, Session } from '../contract/auth-state.ts'
import type { Ended, Fault, LoginFinished, LoginMode } from './auth-event.ts'

/** An `AuthState`, whichever it is. */
export interface Seen {
  readonly waitingFor?: LoadingStep
  readonly session?: Session
  readonly renewal?: Renewal
  readonly reason?: AuthError | undefined
}

/** By the clock of the device, which may have been set meanwhile. */
export const since = (at: number): number => Math.max(0, Date.now() - at)

/** All that is told of an error: never its message, nor what the provider described. */
export const faultOf = ({ code, provider }: AuthError): Fault => ({ code, ...(provider && { error: provider.error }) })

export const loginFinished = (mode: LoginMode, began: number): LoginFinished => ({
  type: 'login_finished',
  mode,
  milliseconds: since(began),
})

/** Why the session before is over, as far as the states say. */
export function ended(before: Seen, { session, reason }: Seen, isSigningOut: boolean): Ended {
  const type = 'ended'
  if (session) return { type, why: 'replaced' }
  if (!reason) return { type, why: isSigningOut ? 'logout' : 'elsewhere' }
  const fault = faultOf(reason)
  if (fault.error) return { type, why: 'refused', ...fault }
  if (fault.code === 'vault_unavailable') return { type, why: 'unreachable', ...fault }
  // What could not be renewed was being renewed.
  return { type, why: before.renewal?.status === 'fresh' ? 'elsewhere' : 'expired', ...fault }
}
