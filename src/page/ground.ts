import type { AuthState, LoadingStep } from '../contract/auth-state.ts'
import type { Vault } from '../contract/vault.ts'
import type { Page } from './browser-page.ts'
import type { Road } from './browser-road.ts'

/** What the ways to the provider and back have to know of the page they begin and end on. */
export interface Ground {
  readonly vault: Vault
  readonly page: Page
  readonly road: Road
  /** Under which this client keeps what outlives the page. */
  readonly name: string
  readonly gone: AbortSignal
  readonly show: (step: LoadingStep) => void
  readonly state: () => AuthState
  readonly subscribe: (listener: () => void) => () => void
  readonly waitForLogin: boolean | undefined
}
