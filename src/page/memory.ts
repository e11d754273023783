import { createShelf, type Shelf } from '../shelf.ts'
import type { Page } from './browser-page.ts'

/** What outlives the page, for ten minutes: nothing of it is secret. */
export interface Memory {
  /** Where to go after each login under way. */
  readonly returns: Shelf
  /** Logouts under way. */
  readonly farewells: Shelf
  /** Logins for which a window of this browser waits: it is given what comes back with their `state`. */
  readonly popups: Shelf
  /** How often the page has left without being asked to. */
  readonly notes: Shelf
}

export function createMemory(page: Page, name: string): Memory {
  const shelf = (what: string, storage = page.storage) => createShelf(storage, `latchkey ${what} ${name} `)
  return {
    returns: shelf('return'),
    farewells: shelf('farewell'),
    popups: shelf('popup', page.sharedStorage),
    notes: shelf('automatic'),
  }
}
