/** Runs in the page, so it brings along all it needs. Looks wherever a script of the page can look. */
export function lookAround(): void {
  const ENOUGH = 100_000
  // Names that are guessed, and those that stand in the source of the library.
  const CHANNELS = ['auth', 'session', 'token', 'logout', 'latchkey', 'latchkey session', 'latchkey popup']
  const { thief } = window
  const { keep, unheard } = thief

  for (const name of CHANNELS) new BroadcastChannel(name).onmessage = ({ data }) => keep('channels', data)
  addEventListener('message', ({ data }) => keep('channels', data))
  addEventListener('storage', ({ newValue, oldValue }) => keep('localStorage', [newValue, oldValue]))

  /** Every object that can be reached, by every own property and along its prototypes, hidden ones and symbols too. */
  function walk(): number {
    const seen = new Set<unknown>()
    const texts = new Set<string>()
    const queue: unknown[] = [window, ...document.querySelectorAll('*')]
    for (let at = 0; at < queue.length && seen.size < ENOUGH; at += 1) {
      const value = queue[at]
      if (typeof value === 'string') texts.add(value)
      if (value === null || (typeof value !== 'object' && typeof value !== 'function') || seen.has(value)) continue
      if (value === thief) continue
      seen.add(value)
      if (value instanceof Map || value instanceof Set) queue.push(...value.keys(), ...value.values())
      queue.push(Object.getPrototypeOf(value))
      if (typeof value === 'function') texts.add(Function.prototype.toString.call(value))
      for (const key of Reflect.ownKeys(value)) {
        texts.add(String(key))
        try {
          const next = (value as Record<PropertyKey, unknown>)[key]
          // Read off a prototype, the promises of the platform are refusals: nobody else is to hear of them.
          if (next instanceof Promise) next.catch(() => {})
          queue.push(next)
        } catch {
          // A getter that wants another receiver.
        }
      }
    }
    keep('objects', [...texts].join('\n'))
    return seen.size
  }

  async function lookIntoDatabases(): Promise<void> {
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await answerOf(indexedDB.open(name))
      for (const store of database.objectStoreNames) {
        const records = database.transaction(store).objectStore(store)
        const [names, values] = await Promise.all([answerOf(records.getAllKeys()), answerOf(records.getAll())])
        keep('IndexedDB', [name, store, names, values])
      }
      database.close()
    }
  }

  async function lookIntoCaches(): Promise<void> {
    for (const name of await caches.keys()) {
      const cache = await caches.open(name)
      for (const request of await cache.keys())
        keep('caches', [name, request.url, await (await cache.match(request))?.text()])
    }
  }

  const answerOf = <Value>(request: IDBRequest<Value>): Promise<Value> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })

  window.thief.look = async () => {
    const seen = unheard(walk)
    keep('cookies', document.cookie)
    keep('localStorage', { ...localStorage })
    keep('sessionStorage', { ...sessionStorage })
    keep('address', [location.href, document.referrer, document.documentElement.outerHTML])
    keep('history', history.state)
    for (const { name, entryType } of performance.getEntries()) keep(`${entryType} entries`, name)
    for (const { scope, active } of await navigator.serviceWorker.getRegistrations())
      keep('service workers', [scope, active?.scriptURL])
    await lookIntoDatabases()
    await lookIntoCaches()
    return seen
  }
}
