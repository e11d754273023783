import type { KeepSession } from '../contract/options.ts'
import { encryptedStore } from './encrypted-store.ts'
import { keepIn } from './keep-in.ts'

/**
 * For the option `keepSession`: keeps the session in IndexedDB, encrypted under a key that no script can read, for all tabs and
 * workers of the origin. docs/persist.md tells what it gives, and its price.
 */
export const encryptedSession = (): KeepSession => keepIn(encryptedStore())
