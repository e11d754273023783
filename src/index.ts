import type { Auth } from './contract/auth.ts'
import type { AuthOptions } from './contract/options.ts'
import { browserPage } from './page/browser-page.ts'
import { createPageAuth } from './page/create-auth.ts'
import { checkOptions } from './vault/check-options.ts'
import { createVault } from './vault/create-vault.ts'

export type { Auth, LoginOptions, LogoutResult } from './contract/auth.ts'
export { AuthError, type AuthErrorCode, type ProviderMessage, type StepUp } from './contract/auth-error.ts'
export type { AuthState, Session, User } from './contract/auth-state.ts'
export type { Api, AuthOptions, ProviderMetadata } from './contract/options.ts'

/**
 * Sign-in for this page, tokens in its memory. Sends nothing until it is asked to.
 * Throws `configuration`, naming the option and the fix.
 */
export function createAuth(options: AuthOptions): Auth {
  const page = browserPage()
  const settings = checkOptions(options, page.exists() ? page.url() : undefined)
  return createPageAuth(createVault(settings, page), page, settings)
}
