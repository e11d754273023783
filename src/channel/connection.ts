import { AuthError } from '../contract/auth-error.ts'

/** What can be connected to. */
type Target = SharedWorker | Worker | MessagePort

/** A function can be called again: what has died is started anew. */
export type Candidate = Target | (() => Target | Promise<Target>)

/** What the vault's side needs of a page. */
export interface VaultPage {
  readonly sharedStorage: () => Storage
  readonly onShared: (name: string, listener: () => void, gone: AbortSignal) => void
  readonly frame: (url: string, timeout: number, gone: AbortSignal) => Promise<string>
}

/** None of them answers. */
export const unavailable = () =>
  new AuthError('vault_unavailable', 'The worker does not answer: see its URL and `worker-src`.')
