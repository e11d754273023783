import { expect, type Page } from '@playwright/test'
import type { TokenTraffic } from './watch-tokens.ts'

/** Every value that has to stay secret: tokens, the parts of them that would do as well, codes and verifiers. */
export function secretsOf({ asked, given }: TokenTraffic): readonly string[] {
  const tokens = given.flatMap(({ access_token, refresh_token = '', id_token }) => [
    access_token,
    refresh_token,
    id_token,
  ])
  const parts = tokens.flatMap((token) => token.split('.').slice(1))
  const sent = asked.flatMap((form) => [form.get('code') ?? '', form.get('code_verifier') ?? ''])
  return [...new Set([...tokens, ...parts, ...sent])].filter(Boolean)
}

/** Looks for them wherever a script of the page could look, and in the browser's cookies. */
export async function expectNoSecrets(page: Page, traffic: TokenTraffic): Promise<void> {
  const secrets = secretsOf(traffic)
  expect(secrets.length).toBeGreaterThan(0)
  await expectNoneOf(page, secrets)
}

export async function expectNoneOf(page: Page, secrets: readonly string[]): Promise<void> {
  const { places, found } = await page.evaluate(lookEverywhere, secrets)
  expect(places).toBeGreaterThan(1000)
  expect(found).toEqual([])
  const cookies = JSON.stringify(await page.context().cookies())
  expect(secrets.filter((secret) => cookies.includes(secret))).toEqual([])
}

/** Runs in the page. Answers the places where one was found, and how many it has looked at. */
async function lookEverywhere(secrets: readonly string[]): Promise<{ places: number; found: string[] }> {
  const found: string[] = []
  let places = 0
  const look = (place: string, text: string) => {
    places += 1
    if (secrets.some((secret) => text.includes(secret))) found.push(place)
  }

  look('location', location.href)
  look('referrer', document.referrer)
  look('document', document.documentElement.outerHTML)
  look('cookie', document.cookie)
  look('history', JSON.stringify(history.state) ?? '')
  look('localStorage', JSON.stringify({ ...localStorage }))
  look('sessionStorage', JSON.stringify({ ...sessionStorage }))
  // The address of the callback itself cannot be taken out: its code is spent, and worth nothing without the verifier.
  for (const { name, entryType } of performance.getEntries())
    if (entryType !== 'navigation') look(`performance ${name}`, name)
  await lookIntoDatabases()
  await lookIntoCaches()
  walk()
  return { places, found }

  async function lookIntoDatabases(): Promise<void> {
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await answerOf(indexedDB.open(name))
      for (const store of database.objectStoreNames) {
        const values = await answerOf(database.transaction(store).objectStore(store).getAll())
        look(`indexedDB ${name} ${store}`, JSON.stringify(values))
      }
    }
  }

  async function lookIntoCaches(): Promise<void> {
    for (const name of await caches.keys()) {
      const cache = await caches.open(name)
      for (const request of await cache.keys())
        look(`cache ${name}`, request.url + (await (await cache.match(request))?.text()))
    }
  }

  /** Every object that can be reached from the window or an element, by every own property, hidden ones and symbols too. */
  function walk(): void {
    const seen = new Set<unknown>()
    const queue: [path: string, value: unknown][] = [['window', window]]
    for (const element of document.querySelectorAll('*')) queue.push([element.tagName, element])
    for (let next = queue.shift(); next && seen.size < 100_000; next = queue.shift()) {
      const [path, value] = next
      if (typeof value === 'string') look(path, value)
      if (value === null || (typeof value !== 'object' && typeof value !== 'function') || seen.has(value)) continue
      seen.add(value)
      // Read off a prototype, the promises of the platform are refusals: nobody else is to hear of them.
      if (value instanceof Promise) value.catch(() => {})
      if (value instanceof Map) for (const entry of value) queue.push([`${path} entry`, entry])
      if (value instanceof Set) for (const entry of value) queue.push([`${path} entry`, entry])
      for (const key of Reflect.ownKeys(value)) {
        try {
          queue.push([`${path}.${String(key)}`, (value as Record<PropertyKey, unknown>)[key]])
        } catch {
          // A getter that wants another receiver.
        }
      }
    }
  }

  function answerOf<Value>(request: IDBRequest<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
  }
}
