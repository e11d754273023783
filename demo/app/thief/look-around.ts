import type { Auth } from 'latchkey'
import { type Secret, secretsIn, textOf } from './recognise.ts'

/** Far more than the demo has. */
const ENOUGH = 200_000

export interface Reach {
  readonly objects: number
  readonly secrets: ReadonlySet<Secret>
  /** Found on the way: no secret, but of use as long as the page is open. */
  readonly authFetch: Auth['authFetch'] | undefined
}

/** Every object that the window or an element leads to, by its own properties, hidden ones and symbols too. */
export function walkObjects(): Reach {
  const secrets = new Set<Secret>()
  const seen = new Set<unknown>()
  const queue: unknown[] = [window, ...document.querySelectorAll('*')]
  let authFetch: Reach['authFetch']
  for (let at = 0; at < queue.length && seen.size < ENOUGH; at += 1) {
    const value = queue[at]
    if (typeof value === 'string') for (const secret of secretsIn(value)) secrets.add(secret)
    if (value === null || (typeof value !== 'object' && typeof value !== 'function') || seen.has(value)) continue
    seen.add(value)
    // Read off a prototype, the promises of the platform are refusals: nobody else is to hear of them.
    if (value instanceof Promise) value.catch(() => {})
    if (value instanceof Map || value instanceof Set) queue.push(...value.values(), ...value.keys())
    for (const key of Reflect.ownKeys(value)) {
      try {
        const next = (value as Readonly<Record<PropertyKey, unknown>>)[key]
        if (key === 'authFetch' && typeof next === 'function') authFetch ??= next as Auth['authFetch']
        queue.push(next)
      } catch {
        // A getter that wants another receiver.
      }
    }
  }
  return { objects: seen.size, secrets, authFetch }
}

export function readStorage(): readonly Secret[] {
  const all = [{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, history.state]
  return secretsIn(all.map(textOf).join('\n'))
}

export async function readDatabases(): Promise<readonly Secret[]> {
  const texts: string[] = []
  for (const { name = '' } of await indexedDB.databases()) {
    const database = await answerOf(indexedDB.open(name))
    for (const store of database.objectStoreNames) {
      texts.push(textOf(await answerOf(database.transaction(store).objectStore(store).getAll())))
    }
    database.close()
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const response of await cache.matchAll()) texts.push(await response.text())
  }
  return secretsIn(texts.join('\n'))
}

function answerOf<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
