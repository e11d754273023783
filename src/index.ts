import type { Auth, PageOptions, TokenAuth } from './contract/auth.ts'
import type { AuthOptions } from './contract/options.ts'
import { ownProperties } from './own-properties.ts'
import { createBrowserJourney } from './page/browser-journey.ts'
import { browserPage } from './page/browser-page.ts'
import { takeCallback } from './page/callback.ts'
import { createPageAuth } from './page/create-auth.ts'
import { loaded } from './page/loaded.ts'
import { createMemory } from './page/memory.ts'
import { checkOptions } from './vault/check-options.ts'
import { createVault } from './vault/create-vault.ts'
import { pageHome } from './vault/home.ts'

export type { Auth, LoginOptions, LogoutResult, PageOptions, SubscribeOptions, TokenAuth } from './contract/auth.ts'
export { AuthError, type AuthErrorCode, type ProviderMessage, type StepUp } from './contract/auth-error.ts'
export type { AuthState, LoadingStep, Session, User } from './contract/auth-state.ts'
export { isRetriable } from './contract/failure.ts'
export type { Api, AuthOptions, ProviderMetadata, SessionStore } from './contract/options.ts'
export type { RestoreStep, VaultHome } from './contract/vault.ts'

/**
 * Sign-in for this page, tokens in its memory. Sends nothing until it is asked to.
 * Throws `configuration`, naming the option and the fix.
 */
export function createAuth(options: AuthOptions & PageOptions & { readonly exposeAccessToken: true }): TokenAuth
export function createAuth(options: AuthOptions & PageOptions): Auth
export function createAuth(given: AuthOptions & PageOptions): Auth {
  const { waitForLogin, ...options } = ownProperties(given)
  const page = browserPage()
  const settings = checkOptions(options, page.exists() ? page.url() : undefined)
  const { exposeAccessToken } = settings
  const vault = createVault(
    settings,
    pageHome(page, () => loaded(import('./vault/seldom.ts'))),
  )
  return createPageAuth({
    vault,
    page,
    name: `${settings.clientId} ${settings.issuer}`,
    waitForLogin: !!waitForLogin,
    exposeAccessToken,
    takeCallback: (page, name) => takeCallback(page, page.url(), createMemory(page, name), settings.redirectUri),
    createJourney: async (ground) => createBrowserJourney(ground),
  })
}
