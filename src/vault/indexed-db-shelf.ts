import type { Kept, SlowShelf } from '../shelf.ts'

const TEN_MINUTES = 600_000
const FIVE_SECONDS = 5_000
const STORE = 'shelf'

/** What is kept outlives the worker. Whatever IndexedDB refuses, or does not do in time, is storage that is empty. */
export function indexedDbShelf(prefix: string): SlowShelf {
  return {
    look: async (name) => kept(await written('readonly', (store) => store.get(prefix + name))),
    /** Read and deleted in one transaction, so that of two who take at once one finds nothing. */
    take: async (name) =>
      kept(
        await written('readwrite', (store) => {
          const found = store.get(prefix + name)
          store.delete(prefix + name)
          return found
        }),
      ),
    put: async (name, value) =>
      !!(await written('readwrite', (store) => {
        throwOldAway(store)
        return store.put({ value, at: Date.now() }, prefix + name)
      })),
    sweep: async () => void (await written('readwrite', throwOldAway)),
  }
}

/** Of all prefixes: nothing here is kept for longer. */
function throwOldAway(store: IDBObjectStore): IDBRequest {
  const names = store.getAllKeys()
  const values = store.getAll()
  values.onsuccess = () => {
    for (const [index, value] of values.result.entries()) {
      const name = names.result[index]
      if (name !== undefined && isOld(value)) store.delete(name)
    }
  }
  return values
}

function kept(answer: { readonly result: unknown } | undefined): Kept | undefined {
  const found = answer?.result
  return isObject(found) ? { value: found.value, isOld: isOld(found) } : undefined
}

/** Any script of the origin may have put it there. */
const isObject = (found: unknown): found is Record<string, unknown> => typeof found === 'object' && found !== null

const isOld = (found: unknown): boolean => {
  const at = isObject(found) ? found.at : undefined
  return typeof at !== 'number' || Math.abs(Date.now() - at) >= TEN_MINUTES
}

/** What the step has asked for last, once all of it is written down; `undefined` where that fails. */
function written(
  mode: IDBTransactionMode,
  step: (store: IDBObjectStore) => IDBRequest,
): Promise<{ readonly result: unknown } | undefined> {
  return new Promise((resolve) => {
    let database: IDBDatabase | undefined
    let isOver = false
    const finish = (answer?: { readonly result: unknown }) => {
      isOver = true
      clearTimeout(tooLate)
      database?.close()
      resolve(answer)
    }
    const fail = () => finish()
    const tooLate = setTimeout(fail, FIVE_SECONDS)
    const use = (opened: IDBDatabase) => {
      database = opened
      // The caller was told that nothing came of it: so nothing must.
      if (isOver) return opened.close()
      if (!opened.objectStoreNames.contains(STORE)) {
        // Made by another script, or by another build.
        opened.close()
        return open(opened.version + 1)
      }
      const transaction = opened.transaction(STORE, mode)
      const asked = step(transaction.objectStore(STORE))
      transaction.oncomplete = () => finish({ result: asked.result })
      transaction.onabort = fail
    }
    const open = (version?: number) => {
      const opening = indexedDB.open('latchkey', version)
      opening.onupgradeneeded = () => void opening.result.createObjectStore(STORE)
      opening.onerror = fail
      opening.onblocked = fail
      opening.onsuccess = () => {
        try {
          use(opening.result)
        } catch {
          fail()
        }
      }
    }
    try {
      open()
    } catch {
      fail()
    }
  })
}
