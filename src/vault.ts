import { type GuestPort, servePages } from './channel/serve-vault.ts'
import type { AuthOptions } from './contract/options.ts'
import type { Settings } from './provider/settings.ts'
import { checkOptions } from './vault/check-options.ts'
import { createVault } from './vault/create-vault.ts'
import { workerHome } from './vault/worker-home.ts'

export type { Api, AuthOptions, ProviderMetadata, SessionStore } from './contract/options.ts'
export type { RestoreStep } from './contract/vault.ts'

/**
 * Holds the tokens, here, and answers the pages of this app: those that connect to this shared worker, the one that has made this
 * dedicated worker, or the one at the other end of `port`. To be called before anything is waited for. Wrong options are told to the pages.
 */
export function serveVault(options: AuthOptions, port?: MessagePort): void {
  const kind = 'onconnect' in globalThis ? 'shared-worker' : typeof document === 'object' ? 'page' : 'worker'
  const settings = checked(options)
  const attend = servePages(
    (pages) => createVault(settings(), workerHome(kind, pages)),
    kind === 'shared-worker' ? 'all' : 'one',
  )
  if (port) attend(port)
  else if (kind === 'shared-worker')
    addEventListener('connect', (event) => (event as MessageEvent).ports.forEach(attend))
  else attend(self as unknown as GuestPort)
}

/** Looked at now; what is wrong is said to whoever asks. */
function checked(options: AuthOptions): () => Settings {
  try {
    const settings = checkOptions(options, `${location.origin}/`)
    return () => settings
  } catch (error) {
    return () => {
      throw error
    }
  }
}
