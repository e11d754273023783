import { createShelf } from '../shelf.ts'

/** Why the page before this one has left, for ten minutes: a time, and nothing else. */
export interface Note {
  /** When the login began that this page may be the end of; 0 where the page has left unasked, to look for its session. */
  readonly began: number | undefined
  readonly leave: (began: number) => void
  readonly clear: () => void
}

/** As this page finds it; where storage is blocked there is none. */
export function createNote(): Note {
  const shelf = createShelf(() => sessionStorage, 'latchkey events ')
  const kept = shelf.look('began')
  return {
    // Any script of the origin may have written it.
    began: typeof kept?.value === 'number' && !kept.isOld ? kept.value : undefined,
    leave: (began) => void shelf.put('began', began),
    clear: () => void shelf.take('began'),
  }
}
