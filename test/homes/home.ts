import { type Auth, type AuthOptions, createAuth, type PageOptions, type VaultHome } from 'latchkey'
import { connectVault, createAuth as createRemoteAuth } from 'latchkey/remote'
import { fakeIndexedDb } from './fake-indexed-db.ts'
import { type FakeWorker, startDedicated, startShared } from './fake-workers.ts'

export const HOMES = ['page', 'worker', 'shared-worker'] as const satisfies readonly VaultHome[]

/** What all tabs of one browser share, besides storage. */
export interface Browser {
  readonly home: VaultHome
  readonly indexedDB: IDBFactory
  /** The SharedWorkers that run, by what they were configured with. */
  readonly shared: Map<string, FakeWorker>
  /** All that were ever started. */
  readonly workers: Set<FakeWorker>
}

/** Where the tokens of all suites are that do not say it themselves. */
const usual = (process.env.TOKENS_IN ?? 'page') as VaultHome

export const openBrowser = (home: VaultHome = usual): Browser => ({
  home,
  indexedDB: fakeIndexedDb(),
  shared: new Map(),
  workers: new Set(),
})

/** The `auth` of a page of this browser. */
export function authIn(browser: Browser, options: AuthOptions & PageOptions): Auth {
  const { home } = browser
  if (home === 'page') return createAuth(options)
  const { waitForLogin = false, ...settings } = options
  const worker = home === 'worker' ? startDedicated(settings) : sharedWorkerOf(browser, settings)
  browser.workers.add(worker)
  return createRemoteAuth({ vault: connectVault(worker.connect()), waitForLogin })
}

/** Pages that ask for the same worker get the same. */
function sharedWorkerOf({ shared }: Browser, settings: AuthOptions): FakeWorker {
  const name = JSON.stringify(settings)
  const worker = shared.get(name) ?? startShared(settings)
  shared.set(name, worker)
  return worker
}
