import type { Vault } from '../contract/vault.ts'
import { trying } from '../trying.ts'
import type { Page } from './browser-page.ts'

/**
 * Under which name it is kept, for all pages of this browser and wherever their vaults are, that somebody was signed in on one: it
 * says no more than that.
 */
const markOf = ({ client }: Vault) => `latchkey here ${client?.clientId} ${client?.issuer}`

/** Whether there is sense in asking the provider who is signed in. */
export const wasSignedIn = (page: Page, vault: Vault): boolean =>
  !!trying(() => page.sharedStorage().getItem(markOf(vault)))

/** Somebody is signed in. */
export const remember = (page: Page, vault: Vault): unknown =>
  trying(() => page.sharedStorage().setItem(markOf(vault), '1'))

/** Nobody is signed in at the provider either. */
export const forget = (page: Page, vault: Vault): unknown =>
  trying(() => page.sharedStorage().removeItem(markOf(vault)))
