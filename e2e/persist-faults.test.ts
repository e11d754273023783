import { expect, type Page } from '@playwright/test'
import { load, save, test } from './world/store-site.ts'

const NAME = 'notes-spa'

/** How this ended, said in a word. */
const outcome = (action: Promise<unknown>) =>
  action.then(
    () => 'done',
    () => 'refused',
  )

const alone = (page: Page) => page.evaluate((name) => window.store.alone(name, async () => 'was let in'), NAME)

test.describe('a database that does not work refuses, and locks nobody out:', () => {
  const faults: [string, () => void][] = [
    ['IndexedDB is not there', () => Object.defineProperty(window, 'indexedDB', { value: undefined })],
    [
      'the browser forbids it',
      () => {
        IDBFactory.prototype.open = () => {
          throw new DOMException('blocked', 'SecurityError')
        }
      },
    ],
    [
      'it is of a later build',
      () => {
        const { open } = IDBFactory.prototype
        IDBFactory.prototype.open = function () {
          open.call(this, 'latchkey-session', 9)
          return open.call(this, 'latchkey-session', 1)
        }
      },
    ],
    [
      'it is of somebody else',
      () => {
        const { open } = IDBFactory.prototype
        IDBFactory.prototype.open = function () {
          return open.call(this, 'something-else', 1)
        }
        indexedDB.open('something-else', 1)
      },
    ],
    [
      'the disk is full',
      () => {
        const { transaction } = IDBDatabase.prototype
        IDBDatabase.prototype.transaction = function (...parameters) {
          const begun = transaction.apply(this, parameters)
          queueMicrotask(() => begun.abort())
          return begun
        }
      },
    ],
    [
      'it takes no keys',
      () => {
        IDBObjectStore.prototype.add = () => {
          throw new DOMException('no keys here', 'DataCloneError')
        }
      },
    ],
  ]
  for (const [what, fault] of faults)
    test(what, async ({ openTab }) => {
      const page = await openTab()
      const reported: Error[] = []
      page.on('pageerror', (error) => reported.push(error))
      await page.evaluate(fault)
      expect(await outcome(save(page, NAME, 'refresh-1'))).toBe('refused')
      expect(await alone(page)).toBe('was let in')
      expect(reported).toEqual([])
    })
})

test('a save that fails leaves nothing behind: what stood there is spent', async ({ openTab }) => {
  const page = await openTab()
  await save(page, NAME, 'refresh-1')
  await page.evaluate(() => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('full', 'QuotaExceededError')
    }
  })
  expect(await outcome(save(page, NAME, 'refresh-2'))).toBe('refused')
  const other = await openTab()
  expect(await load(other, NAME)).toBeUndefined()
})

test.describe('a database that never answers', () => {
  test.use({ isClockPaused: true })

  test.beforeEach(async ({ context }) => {
    await context.addInitScript(() => {
      const { open } = IDBFactory.prototype
      const waiting: (() => void)[] = []
      Object.assign(window, { waiting })
      IDBFactory.prototype.open = function (...parameters) {
        if (localStorage.getItem('works')) return open.apply(this, parameters)
        // A request on which nothing happens until the test says so.
        const request = new EventTarget() as IDBOpenDBRequest
        waiting.push(() => {
          const real = open.apply(this, parameters)
          Object.defineProperty(request, 'result', { get: () => real.result })
          real.onupgradeneeded = (event) => request.onupgradeneeded?.(event)
          real.onsuccess = (event) => request.onsuccess?.(event)
        })
        return request
      }
    })
  })

  test('refuses in bounded time, and nobody waits for it a second time', async ({ openTab }) => {
    const page = await openTab()
    const first = outcome(load(page, NAME))
    await page.waitForFunction(() => (window as unknown as { waiting: unknown[] }).waiting.length === 1)
    await page.clock.runFor(3_000)
    expect(await first).toBe('refused')
    // The clock stands still now.
    expect(await outcome(load(page, NAME))).toBe('refused')
    expect(await outcome(save(page, NAME, 'refresh-1'))).toBe('refused')
    expect(await alone(page)).toBe('was let in')
  })

  test('is tried again after a minute', async ({ openTab }) => {
    const page = await openTab()
    const first = outcome(load(page, NAME))
    await page.waitForFunction(() => (window as unknown as { waiting: unknown[] }).waiting.length === 1)
    await page.clock.runFor(3_000)
    expect(await first).toBe('refused')
    await page.evaluate(() => localStorage.setItem('works', 'yes'))
    await page.clock.runFor(60_000)
    expect(await outcome(save(page, NAME, 'refresh-1'))).toBe('done')
    expect(await load(page, NAME)).toBe('refresh-1')
  })

  test('and answers late writes nothing late', async ({ openTab }) => {
    const page = await openTab()
    await page.evaluate(() => localStorage.setItem('works', 'yes'))
    await save(page, NAME, 'refresh-1')
    await page.evaluate(() => localStorage.removeItem('works'))
    const forgetting = outcome(page.evaluate((name) => window.store.forget(name), NAME))
    await page.waitForFunction(() => (window as unknown as { waiting: unknown[] }).waiting.length === 1)
    await page.clock.runFor(3_000)
    expect(await forgetting).toBe('refused')
    await page.evaluate(() => {
      localStorage.setItem('works', 'yes')
      for (const answer of (window as unknown as { waiting: (() => void)[] }).waiting) answer()
    })
    const other = await openTab()
    expect(await load(other, NAME)).toBe('refresh-1')
  })
})
