import { AuthError, type AuthErrorCode } from '../../contract/auth-error.ts'
import type { AuthState, Renewal, Session, User } from '../../contract/auth-state.ts'
import { userJsonOf, userOf } from '../../provider/id-token.ts'
import { ADA } from '../provider/options.ts'
import type { TestAuthOptions } from './test-auth.ts'

export type SignedIn = Extract<AuthState, { readonly status: 'signed-in' }>

/** What the real one shows of an ID token with these claims: frozen throughout, and without those of the protocol. */
export function signedInAs(user: User | undefined, options: TestAuthOptions): SignedIn {
  const { scope = 'openid profile email', expiresAt } = options
  const session: Session = Object.freeze({
    user: userOf(userJsonOf(user ?? options.user ?? ADA)),
    scope: Object.freeze([scope].flat().join(' ').split(/\s+/).filter(Boolean)),
    expiresAt,
  })
  return Object.freeze({ status: 'signed-in', session, renewal: Object.freeze({ status: 'fresh' }) })
}

export const signedOut = (reason?: AuthError | AuthErrorCode): AuthState =>
  Object.freeze(reason === undefined ? { status: 'signed-out' } : { status: 'signed-out', reason: errorOf(reason) })

export const errorOf = (error: AuthError | AuthErrorCode): AuthError =>
  error instanceof AuthError ? error : new AuthError(error, `The test asked for ${error}.`)

/** What the options say of the first moment. */
export function firstState(options: TestAuthOptions): AuthState {
  const { status = 'signed-in', waitingFor = 'start', reason } = options
  if (status === 'loading') return Object.freeze({ status, waitingFor })
  if (status === 'signed-out') return signedOut(reason)
  return Object.freeze({ ...signedInAs(undefined, options), renewal: renewalIn(options) })
}

function renewalIn({ renewal = 'fresh' }: TestAuthOptions): Renewal {
  if (renewal === 'degraded') return Object.freeze({ status: renewal, since: Date.now(), code: 'network' })
  return Object.freeze(typeof renewal === 'string' ? { status: renewal } : { ...renewal })
}

export const personIn = (state: AuthState): string | undefined =>
  state.status === 'signed-in' ? state.session.user.sub : undefined

/** Why what the person before asked for is refused now. */
export function overIn(state: AuthState): AuthError {
  if (state.status === 'signed-out' && state.reason?.code === 'login_required') return state.reason
  const what = state.status === 'signed-in' ? 'Another person has signed in.' : 'Nobody is signed in any more.'
  return new AuthError('login_required', `${what} Call login().`)
}

/** Whether a person could tell one state from the other. When the token runs out, and each refresh of it, is nothing that one sees. */
export const looksTheSame = (one: AuthState, other: AuthState): boolean =>
  one.status === other.status && seen(one) === seen(other)

function seen(state: AuthState) {
  if (state.status === 'signed-in')
    return JSON.stringify([state.session.user, state.session.scope, state.renewal.status === 'degraded'])
  return state.status === 'signed-out' ? state.reason?.code : undefined
}
