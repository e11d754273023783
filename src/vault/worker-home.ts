import type { VaultHome } from '../contract/vault.ts'
import type { Home } from './home.ts'
import { indexedDbShelf } from './indexed-db-shelf.ts'
import * as seldom from './seldom.ts'

/** Where there is no window: pages lend what only they have. */
export const workerHome = (kind: VaultHome, pages: Pick<Home, 'frame' | 'shared'>): Home => ({
  kind,
  ...pages,
  shelf: indexedDbShelf,
  // Nothing is loaded later: a bundler may have that import the worker's entry, which would then run twice.
  seldom: async () => seldom,
})
