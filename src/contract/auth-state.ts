import type { AuthError } from './auth-error.ts'

/** The claims of the ID token that speak of the person; those that only serve the protocol are left out. */
export interface User {
  readonly sub: string
  readonly name?: string
  readonly email?: string
  readonly picture?: string
  readonly [claim: string]: unknown
}

/** Who is signed in and what was granted. Holds no token. */
export interface Session {
  readonly user: User
  /** Scopes granted, in the provider's order. */
  readonly scope: readonly string[]
  /** When the present access token runs out, in milliseconds since 1970; absent if the provider did not say. */
  readonly expiresAt?: number | undefined
}

/**
 * What an app waits for while nobody can say yet who is signed in: for `start()` to be called, for the `vault` to answer, for the
 * end of a login (`callback`), for the provider to find the session again in a hidden `frame` or by one `redirect` of the page, or
 * for the window that opened this `popup`.
 */
export type LoadingStep = 'start' | 'vault' | 'callback' | 'frame' | 'redirect' | 'popup'

/** Whether somebody is signed in. One of three, never a mixture. */
export type AuthState =
  /** `start()` has not finished: show neither the app nor a sign-in button yet. */
  | { readonly status: 'loading'; readonly waitingFor: LoadingStep }
  /** `reason` says why, where it was not the person's own wish. */
  | { readonly status: 'signed-out'; readonly reason?: AuthError | undefined }
  | { readonly status: 'signed-in'; readonly session: Session }
