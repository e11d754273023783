import { AuthError, type ProviderMessage } from '../contract/auth-error.ts'

/** Nothing but another login helps. */
export const ended = (why: string, provider?: ProviderMessage) =>
  new AuthError('login_required', `${why} Call login().`, { provider })

/** What the provider has refused, as the reason of a sign-out. */
export const sessionOver = (error: AuthError): AuthError =>
  error.code === 'login_required' ? error : ended(`The session is over. ${error.message}`, error.provider)
