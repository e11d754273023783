import type { KeepSession, ProviderMetadata } from '../contract/options.ts'
import type { RestoreStep } from '../contract/vault.ts'

/** The options after they were checked: complete, resolved, and without the page's prototype chain. */
export interface Settings {
  readonly issuer: string
  readonly clientId: string
  readonly apis: readonly URL[]
  /** Separated by spaces. */
  readonly scope: string
  readonly resources: readonly string[]
  readonly redirectUri: string
  readonly postLogoutRedirectUri: string
  readonly parameters: Readonly<Record<string, string>>
  readonly metadata: ProviderMetadata | undefined
  readonly clockTolerance: number
  readonly timeout: number
  readonly patience: number
  readonly restore: readonly RestoreStep[] | undefined
  readonly keepSession: KeepSession | undefined
  readonly exposeAccessToken: boolean
  readonly fetch: typeof fetch
}
