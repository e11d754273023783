import { AuthError } from '../../contract/auth-error.ts'
import type { Page } from '../../page/browser-page.ts'
import type { Road } from '../../page/browser-road.ts'
import type { TestProvider } from '../provider/create-test-provider.ts'
import { createMemoryStorage } from './memory-storage.ts'

/** One tab, in which pages come and go; its storage stays. */
export interface MemoryPage extends Page, Road {
  /** Where pages were told to go, in order. */
  readonly departures: readonly string[]
  readonly load: (url: string) => void
  readonly wake: () => void
}

export function createMemoryPage(provider: TestProvider, start: string): MemoryPage {
  const storage = createMemoryStorage()
  const sharedStorage = createMemoryStorage()
  const departures: string[] = []
  const listeners = new Set<Parameters<Page['onWake']>[0]>()
  let here = new URL(start).href
  return {
    exists: () => true,
    url: () => here,
    baseUrl: () => here,
    leave: (url) => void departures.push(url),
    leaveUnseen: (url) => void departures.push(url),
    show(url) {
      here = new URL(url, here).href
    },
    storage: () => storage,
    sharedStorage: () => sharedStorage,
    // It is the only tab.
    onShared: () => {},
    shown: () => undefined,
    isActive: () => true,
    isFramedByStranger: () => false,
    async frame(url) {
      const end = await provider.visit(url).catch(() => undefined)
      if (!end || new URL(end).origin !== new URL(here).origin)
        throw new AuthError('login_required', 'The provider does not answer in a frame. Call login().')
      return end
    },
    // Nobody clicks.
    popup: () => null,
    onWake(listener, gone) {
      listeners.add(listener)
      gone.addEventListener('abort', () => listeners.delete(listener))
    },
    departures,
    load(url) {
      here = new URL(url, here).href
    },
    wake() {
      for (const listener of [...listeners]) listener('woken')
    },
  }
}
