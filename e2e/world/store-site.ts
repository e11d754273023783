import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { test as base, type Page } from '@playwright/test'
import type { SessionStore } from 'latchkey/persist'
import { listen } from '../../demo/http/listen.ts'

declare global {
  interface Window {
    store: SessionStore
    change: (record: unknown) => unknown
  }
}

const dist = join(import.meta.dirname, '../../dist')
const PAGE = `<!doctype html><title>Store</title><script type="module">
import { encryptedStore } from '/persist/encrypted-store.js'
window.store = encryptedStore()
</script>`
/** Does what it is told, in a worker: `[member, ...arguments]`. */
const WORKER = `import { encryptedStore } from '/persist/encrypted-store.js'
const store = encryptedStore()
onmessage = async ({ data: [member, ...parameters] }) => postMessage(await store[member](...parameters))`

interface Fixtures {
  /** No timer fires but when a test says so. */
  isClockPaused: boolean
  /** An origin whose pages hold nothing but a store. */
  site: string
  /** A tab of this browser with the store in it. */
  openTab: () => Promise<Page>
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from this pattern.
  site: async ({}, use) => {
    const { origin, close } = await listen(0, () => answer)
    await use(origin)
    await close()
  },
  isClockPaused: [false, { option: true }],
  openTab: async ({ context, site, isClockPaused }, use) => {
    if (isClockPaused) {
      await context.clock.install({ time: '2026-11-21T12:00:00Z' })
      await context.clock.pauseAt('2026-11-21T12:00:01Z')
    }
    await use(async () => {
      const page = await context.newPage()
      await page.goto(site)
      await page.waitForFunction(() => window.store)
      return page
    })
  },
})

function answer({ url = '/' }: IncomingMessage, response: ServerResponse): void {
  if (url === '/') return void response.setHeader('Content-Type', 'text/html').end(PAGE)
  response.setHeader('Content-Type', 'text/javascript')
  if (url === '/worker.js') return void response.end(WORKER)
  try {
    response.end(readFileSync(join(dist, url)))
  } catch {
    response.writeHead(404).end()
  }
}

/** What is in the database, as any script of the origin can see it. */
export const kept = (page: Page) =>
  page.evaluate(async () => {
    const done = <Result>(request: IDBRequest<Result>) =>
      new Promise<Result>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const database = await done(indexedDB.open('latchkey-session', 1))
    const records = database.transaction('kept').objectStore('kept')
    const [names, values] = await Promise.all([done(records.getAllKeys()), done(records.getAll())])
    database.close()
    const bytesIn = (value: unknown): unknown =>
      value instanceof ArrayBuffer || ArrayBuffer.isView(value)
        ? [...new Uint8Array(value instanceof ArrayBuffer ? value : value.buffer)]
        : value
    return values.map((value, index) => ({
      name: String(names[index]),
      isKey: value instanceof CryptoKey,
      extractable: value instanceof CryptoKey && value.extractable,
      content:
        value instanceof CryptoKey
          ? { ...value.algorithm }
          : Object.fromEntries(Object.entries(value).map(([name, part]) => [name, bytesIn(part)])),
    }))
  })

/** What a script of the origin can do to it: `change` sees one record and answers what to put in its place, or under `as`. */
export async function tamper(page: Page, name: string, change: (record: unknown) => unknown, as = name): Promise<void> {
  await page.evaluate(`window.change = ${change}`)
  await page.evaluate(
    async ([name, as]) => {
      const opening = indexedDB.open('latchkey-session', 1)
      await new Promise((resolve) => {
        opening.onsuccess = resolve
      })
      const database = opening.result
      const transaction = database.transaction('kept', 'readwrite')
      const records = transaction.objectStore('kept')
      const reading = records.get(name)
      reading.onsuccess = () => {
        const next = window.change(reading.result)
        if (next === undefined) records.delete(as)
        else records.put(next, as)
      }
      await new Promise((resolve) => {
        transaction.oncomplete = resolve
      })
      database.close()
    },
    [name, as] as const,
  )
}

export const save = (page: Page, name: string, text: string) =>
  page.evaluate(([name, text]) => window.store.save(name, text), [name, text] as const)

export const load = (page: Page, name: string) => page.evaluate((name) => window.store.load(name), name)

export const forget = (page: Page, name: string) => page.evaluate((name) => window.store.forget(name), name)

/** Has this tab stop in front of a step of cryptography. Answers how to let it go on. */
export async function hold(page: Page, step: 'encrypt' | 'generateKey'): Promise<() => Promise<void>> {
  await page.evaluate((step) => {
    const original = crypto.subtle[step] as (...parameters: unknown[]) => Promise<unknown>
    const goOn = new Promise((resolve) => addEventListener(`go on: ${step}`, resolve))
    const held = async (...parameters: unknown[]) => {
      document.title = `holds ${step}`
      await goOn
      return original.apply(crypto.subtle, parameters)
    }
    Object.assign(crypto.subtle, { [step]: held })
  }, step)
  return () => page.evaluate((step) => void dispatchEvent(new Event(`go on: ${step}`)), step)
}
