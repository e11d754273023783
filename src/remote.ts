import type { VaultPage } from './channel/connection.ts'
import type { Auth, PageOptions, TokenAuth } from './contract/auth.ts'
import type { Vault } from './contract/vault.ts'
import { browserPage } from './page/browser-page.ts'
import { createPageAuth } from './page/create-auth.ts'
import { hideCallback } from './page/hide-callback.ts'
import { loaded } from './page/loaded.ts'

export { connectVault } from './channel/connect-vault.ts'
export type { Candidate } from './channel/connection.ts'
export type { Auth, LoginOptions, LogoutResult, PageOptions, SubscribeOptions, TokenAuth } from './contract/auth.ts'
export { AuthError, type AuthErrorCode, type ProviderMessage, type StepUp } from './contract/auth-error.ts'
export type { AuthState, LoadingStep, Session, User } from './contract/auth-state.ts'
export { isRetriable } from './contract/failure.ts'
export type { RestoreStep, VaultHome } from './contract/vault.ts'

export interface RemoteOptions extends PageOptions {
  /** Where the vault is: `connectVault(…)`. */
  readonly vault: (page: VaultPage) => Vault
  /** Where two clients are at work on one page: another for each, so that neither takes the other's callback. */
  readonly name?: string
  /** As on the vault's side, which decides. */
  readonly exposeAccessToken?: boolean
}

/** Sign-in for this page, tokens in a vault elsewhere. Connects to it when `start` is called. */
export function createAuth(options: RemoteOptions & { readonly exposeAccessToken: true }): TokenAuth
export function createAuth(options: RemoteOptions): Auth
export function createAuth({ vault, ...options }: RemoteOptions): Auth {
  const page = browserPage()
  return createPageAuth({
    name: 'elsewhere',
    ...options,
    vault: vault(page),
    page,
    takeCallback: hideCallback,
    createJourney: async (ground) => (await loaded(import('./page/browser-journey.ts'))).createBrowserJourney(ground),
  })
}
