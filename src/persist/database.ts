const THREE_SECONDS = 3_000
const ONE_MINUTE = 60_000

/** One transaction over all that is kept. Resolves with what `step` has answered last. */
export type Transaction = <Result = void>(
  step: (kept: IDBObjectStore, answer: (result: Result) => void) => void,
) => Promise<Result | undefined>

/**
 * A database that is open for the length of one transaction, so that it stands in the way neither of one who wants to delete
 * it nor of the back/forward cache. Rejects where IndexedDB is blocked, broken or full, and where it does not answer: then it
 * is left alone for a minute, so that nobody waits twice.
 */
export function createDatabase(name: string): Transaction {
  let silentAt = Number.NEGATIVE_INFINITY
  return async (step) => {
    if (performance.now() - silentAt < ONE_MINUTE) throw new Error('IndexedDB did not answer a moment ago.')
    const stop = new AbortController()
    const tooLate = setTimeout(() => {
      silentAt = performance.now()
      stop.abort(new Error('IndexedDB does not answer.'))
    }, THREE_SECONDS)
    try {
      return await transact(name, step, stop.signal)
    } finally {
      clearTimeout(tooLate)
    }
  }
}

const transact = <Result>(
  name: string,
  step: (kept: IDBObjectStore, answer: (result: Result) => void) => void,
  stop: AbortSignal,
): Promise<Result | undefined> =>
  new Promise((resolve, reject) => {
    const stopped = () => reject(stop.reason)
    stop.addEventListener('abort', stopped)
    const opening = indexedDB.open(name, 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore('kept')
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
      const database = opening.result
      try {
        // What nobody waits for any more must not be written late.
        stop.throwIfAborted()
        // A refresh token that was rotated cannot be had again: it is on the disk before anybody uses what came with it.
        const transaction = database.transaction('kept', 'readwrite', { durability: 'strict' })
        let result: Result | undefined
        stop.addEventListener('abort', () => transaction.abort())
        transaction.oncomplete = () => resolve(result)
        transaction.onabort = () => reject(transaction.error)
        step(transaction.objectStore('kept'), (answer) => {
          result = answer
        })
      } catch (error) {
        reject(error)
      } finally {
        // Waits for the transaction.
        database.close()
      }
    }
  })
