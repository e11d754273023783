import type { Auth, LoginOptions, LogoutResult, TokenAuth } from '../../contract/auth.ts'
import type { AuthError, AuthErrorCode } from '../../contract/auth-error.ts'
import type { AuthState, LoadingStep, Renewal, User } from '../../contract/auth-state.ts'
import type { Api } from '../../contract/options.ts'
import type { VaultHome } from '../../contract/vault.ts'
import type { Slot } from '../provider/faults.ts'

export interface TestAuthOptions {
  /** What `state` says from the first moment. `loading` lasts until `signIn` or `signOut` is called. Default `signed-in`. */
  readonly status?: AuthState['status']
  /** What is waited for, with the status `loading`. Default `start`. */
  readonly waitingFor?: LoadingStep
  /** Where the app says that its tokens are. Default `page`. */
  readonly home?: VaultHome
  /** Who is signed in, or will be. Default: Ada. */
  readonly user?: User
  /** Scopes granted, separated by spaces or as a list. Default `openid profile email`. */
  readonly scope?: string | readonly string[]
  /** How it stands with the tokens, with the status `signed-in`: `degraded` is with `network`, since now. Default `fresh`. */
  readonly renewal?: Renewal | Renewal['status']
  /**
   * When the access token runs out, in milliseconds since 1970. Nothing happens then, but where renewing fails: calls reject with what
   * it fails with. Default: the provider did not say.
   */
  readonly expiresAt?: number
  /** Why nobody is signed in, with the status `signed-out`. */
  readonly reason?: AuthError | AuthErrorCode
  /** The APIs of the app, so that `authFetch` refuses every other URL. Default: any URL will do. */
  readonly apis?: readonly Api[]
  /** Plays the API. A 401 is tried once more and a step-up challenge becomes `step_up_required`, as in the app. */
  readonly respond?: (request: Request) => Response | Promise<Response>
  /** What `userInfo` answers besides the claims of `user`. */
  readonly userInfo?: Readonly<Record<string, unknown>>
  /** What `logout` answers when somebody is signed in. Default `provider`. */
  readonly logout?: LogoutResult
  /** With `true` there is `accessToken(url)`, as in an app that has asked for it. */
  readonly exposeAccessToken?: boolean
}

/** What renewing can fail with in passing. */
export const DEGRADING = ['network', 'timeout', 'provider_invalid'] as const satisfies readonly AuthErrorCode[]
const PASSING = [...DEGRADING, 'vault_unavailable'] as const
const CALLBACK = ['callback_invalid', 'callback_expired', 'provider_error', 'token_invalid'] as const
const ASKING = [...PASSING, 'configuration', 'login_required'] as const

/** What a login in a popup can reject with besides: it lives to see how it ends. */
export const POPUP_REFUSALS = [...CALLBACK, 'popup_blocked', 'popup_closed'] as const

/** What each verb can reject with, as `Auth` says. */
export const REFUSALS = {
  login: ASKING,
  authFetch: [...ASKING, 'api_not_allowed', 'step_up_required'],
  userInfo: [...ASKING, 'token_invalid', 'step_up_required'],
  accessToken: [...ASKING, 'api_not_allowed'],
} as const satisfies Record<string, readonly AuthErrorCode[]>

export type Refusals = Omit<typeof REFUSALS, 'login'> & {
  readonly login: readonly ((typeof REFUSALS.login)[number] | (typeof POPUP_REFUSALS)[number])[]
}
/** The functions of `Auth` that can reject. */
export type RefusingVerb = keyof typeof REFUSALS

/** A test auth of an app that has asked for `exposeAccessToken`. */
export interface TestTokenAuth extends TestAuth, TokenAuth {}

/** An `Auth` for component tests and stories: it needs no provider, no window and no network, and does as it is told. */
export interface TestAuth extends Auth {
  /** Somebody signs in, by default the `user` of the options: listeners are told, unless nobody could see a difference. */
  readonly signIn: (user?: User) => void
  /** The session ends without `logout` having been called, or a login came back without success. */
  readonly signOut: (reason?: AuthError | AuthErrorCode) => void
  /** The session ends as it does when the provider no longer renews it: `login_required`. */
  readonly expire: () => void
  /**
   * Renewing the tokens fails in passing from now on, by default with `network`: a provider that is down, a train in a tunnel. Calls go on
   * while the token is good, until `expiresAt`; then they reject with this, at once, as in an app with `patience: 0`.
   */
  readonly degrade: (trouble?: AuthError | (typeof DEGRADING)[number]) => void
  /** Renewing works again, and the new token runs out then. Default: the provider did not say. */
  readonly recover: (expiresAt?: number) => void
  /** What goes wrong: `auth.failures.authFetch.once('network')`. With `login_required`, a session that is there ends as well. */
  readonly failures: { readonly [Verb in RefusingVerb]: Slot<AuthError | Refusals[Verb][number]> }
  /** What `respond` was asked, in order. */
  readonly requests: readonly Request[]
  /** What `login` was called with, in order; calls that were refused are none. */
  readonly logins: readonly LoginOptions[]
  /** How often `logout` was called. */
  readonly logouts: () => number
  /** How often `retry` was called. It changes nothing here: call `recover` when it is to help. */
  readonly retries: () => number
}
