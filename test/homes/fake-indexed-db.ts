import { counted } from '../clock.ts'

/**
 * As much of IndexedDB as a store of values under names needs: requests that answer later, transactions that come one after the
 * other and end by themselves, values that are cloned.
 */
export function fakeIndexedDb(): IDBFactory {
  const databases = new Map<string, Map<string, Map<IDBValidKey, unknown>>>()
  const versions = new Map<string, number>()

  const open = (name: string, asked?: number) => {
    const before = versions.get(name) ?? 0
    const version = asked ?? Math.max(before, 1)
    const isNew = version > before
    versions.set(name, version)
    const stores = databases.get(name) ?? new Map<string, Map<IDBValidKey, unknown>>()
    databases.set(name, stores)
    const database = fakeDatabase(stores, version)
    const request = target({ result: database, transaction: null })
    later(() => {
      if (isNew) fire(request, 'upgradeneeded')
      later(() => fire(request, 'success'))
    })
    return request
  }
  const deleteDatabase = (name: string) => {
    const request = target({ result: undefined })
    later(() => {
      databases.delete(name)
      versions.delete(name)
      fire(request, 'success')
    })
    return request
  }
  return { open, deleteDatabase } as unknown as IDBFactory
}

interface FakeRange {
  readonly includes: (key: IDBValidKey) => boolean
}

export const fakeKeyRange = {
  bound: (from: string, to: string): FakeRange => ({ includes: (key) => String(key) >= from && String(key) <= to }),
}

type Stores = Map<string, Map<IDBValidKey, unknown>>

function fakeDatabase(stores: Stores, version: number) {
  const upgrade = (name: string) => {
    const values = stores.get(name) ?? new Map()
    stores.set(name, values)
    return values
  }
  return target({
    version,
    objectStoreNames: { contains: (name: string) => stores.has(name) },
    createObjectStore: upgrade,
    close() {},
    transaction: (_: unknown, mode = 'readonly') => fakeTransaction(stores, mode),
  })
}

const queues = new WeakMap<Stores, Promise<void>>()

/** Its requests are carried out in order when its turn has come; with none left it is complete. */
function fakeTransaction(stores: Stores, mode: string) {
  const waiting: (() => void)[] = []
  let isOver = false
  let snapshot: [string, Map<IDBValidKey, unknown>][] = []
  const transaction = target({
    mode,
    abort() {
      isOver = true
      for (const [name, values] of snapshot) stores.set(name, values)
      fire(transaction, 'abort')
    },
    commit() {},
    objectStore: (name: string) => {
      const ask = <Result>(act: (values: Map<IDBValidKey, unknown>) => Result) => {
        if (isOver) throw new DOMException('The transaction is over.', 'TransactionInactiveError')
        const values = stores.get(name)
        if (!values) throw new DOMException('No such store.', 'NotFoundError')
        const request = target({ result: undefined as Result | undefined, error: null })
        waiting.push(() => {
          request.result = structuredClone(act(values))
          fire(request, 'success')
        })
        return request
      }
      const writing = <Result>(act: (values: Map<IDBValidKey, unknown>) => Result) => {
        if (mode === 'readonly') throw new DOMException('The transaction only reads.', 'ReadOnlyError')
        return ask(act)
      }
      return {
        get: (key: IDBValidKey) => ask((values) => values.get(key)),
        getKey: (key: IDBValidKey) => ask((values) => (values.has(key) ? key : undefined)),
        getAll: () => ask((values) => [...values.values()]),
        getAllKeys: () => ask((values) => [...values.keys()]),
        count: () => ask((values) => values.size),
        put: (value: unknown, key: IDBValidKey) => {
          const cloned = structuredClone(value)
          return writing((values) => {
            values.set(key, cloned)
            return key
          })
        },
        openCursor: (range: FakeRange) => {
          const request = target({ result: null as object | null, error: null })
          const step = (left: IDBValidKey[]) => () => {
            const [key, ...rest] = left
            request.result =
              key === undefined
                ? null
                : {
                    key,
                    value: structuredClone(stores.get(name)?.get(key)),
                    delete: () => writing((values) => void values.delete(key)),
                    continue: () => waiting.push(step(rest)),
                  }
            fire(request, 'success')
          }
          waiting.push(() => step([...(stores.get(name)?.keys() ?? [])].filter((key) => range.includes(key)))())
          return request
        },
        delete: (key: IDBValidKey) => writing((values) => void values.delete(key)),
        clear: () => writing((values) => values.clear()),
      }
    },
  })
  const run = async () => {
    snapshot = [...stores].map(([name, values]) => [name, new Map(values)])
    for (let next = waiting.shift(); next && !isOver; next = waiting.shift()) {
      await pause()
      next()
      // A request that is made where another is answered belongs to the same transaction.
      await pause()
    }
    if (isOver) return
    isOver = true
    fire(transaction, 'complete')
  }
  const turn = (queues.get(stores) ?? Promise.resolve()).then(run)
  queues.set(stores, turn)
  return transaction
}

const pause = counted(() => new Promise<void>((resolve) => setImmediate(resolve)))
const later = (step: () => void) => void setImmediate(step)

const target = <Members extends object>(members: Members) => Object.assign(new EventTarget(), members)

function fire(at: EventTarget, type: string) {
  const { [`on${type}`]: handler } = at as unknown as Record<string, ((event: Event) => void) | undefined>
  if (handler) at.addEventListener(type, (event) => handler.call(at, event), { once: true })
  at.dispatchEvent(new Event(type))
}
