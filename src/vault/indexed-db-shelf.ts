import type { Kept, SlowShelf } from '../shelf.ts'

const TEN_MINUTES = 600_000
const FIVE_SECONDS = 5_000
const STORE = 'shelf'

interface Record {
  readonly value: unknown
  readonly at: number
}

/** Outlives the worker. Whatever IndexedDB refuses, or does not do in time, is storage that is empty. */
export function indexedDbShelf(prefix: string): SlowShelf {
  const range = () => IDBKeyRange.bound(prefix, `${prefix}\uffff`)
  const sweep = (store: IDBObjectStore) => {
    store.openCursor(range()).onsuccess = ({ target }) => {
      const cursor = (target as IDBRequest<IDBCursorWithValue | null>).result
      if (cursor && isOld(cursor.value)) cursor.delete()
      cursor?.continue()
    }
    return undefined
  }
  return {
    look: (name) => transaction('readonly', (store) => store.get(prefix + name)).then(kept),
    /** Read and deleted in one transaction, so that of two who take at once one finds nothing. */
    take: (name) =>
      transaction('readwrite', (store) => {
        const found = store.get(prefix + name)
        store.delete(prefix + name)
        return found
      }).then(kept),
    put: (name, value) =>
      transaction('readwrite', (store) => {
        sweep(store)
        return store.put({ value, at: Date.now() } satisfies Record, prefix + name)
      }).then((key) => key !== undefined),
    sweep: () => transaction('readwrite', sweep).then(() => {}),
  }
}

const kept = (found: unknown): Kept | undefined =>
  isRecord(found) ? { value: found.value, isOld: isOld(found) } : undefined

const isRecord = (found: unknown): found is Record => typeof found === 'object' && found !== null && 'value' in found

const isOld = (found: unknown): boolean =>
  !isRecord(found) || typeof found.at !== 'number' || Math.abs(Date.now() - found.at) >= TEN_MINUTES

/** What the step has asked for, once it is written down; `undefined` where that fails. */
function transaction(
  mode: IDBTransactionMode,
  step: (store: IDBObjectStore) => IDBRequest | undefined,
): Promise<unknown> {
  return new Promise((resolve) => {
    const giveUp = () => resolve(undefined)
    const tooLate = setTimeout(giveUp, FIVE_SECONDS)
    const opening = openDatabase()
    if (!opening) return giveUp()
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE)
    opening.onerror = giveUp
    opening.onblocked = giveUp
    opening.onsuccess = () => {
      const database = opening.result
      const finish = (value: unknown) => {
        clearTimeout(tooLate)
        database.close()
        resolve(value)
      }
      try {
        const changes = database.transaction(STORE, mode)
        const asked = step(changes.objectStore(STORE))
        changes.oncomplete = () => finish(asked?.result)
        changes.onabort = () => finish(undefined)
      } catch {
        finish(undefined)
      }
    }
  })
}

/** Throws, or is missing, where a browser keeps nothing. */
function openDatabase(): IDBOpenDBRequest | undefined {
  try {
    return indexedDB.open('latchkey', 1)
  } catch {
    return undefined
  }
}
