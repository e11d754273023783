import { expect, type Page } from '@playwright/test'
import { test } from './world/store-site.ts'

const NAME = 'notes-spa'

interface Guest {
  log: string[]
  leave: () => void
}

/** Has the tab wait for its turn, and stay in it until it is told to `leave`. */
const enter = (page: Page) =>
  page.evaluate((name) => {
    const guest = window as unknown as Guest
    guest.log ??= []
    guest.log.push('waits')
    void window.store.alone(name, async () => {
      guest.log.push('in')
      await new Promise<void>((resolve) => {
        guest.leave = resolve
      })
      guest.log.push('out')
    })
  }, NAME)

const leave = (page: Page) => page.evaluate(() => (window as unknown as Guest).leave())

const log = (page: Page) => page.evaluate(() => (window as unknown as Guest).log)

const isIn = (page: Page) => expect.poll(() => log(page).then((words) => words.at(-1))).toBe('in')

/** A script of the origin takes the Web Lock and does not let go of it. */
const squat = (page: Page) =>
  page.evaluate(
    (name) =>
      new Promise<void>((resolve) => {
        void navigator.locks.request(`latchkey ${name}`, () => {
          resolve()
          return new Promise(() => {})
        })
      }),
    NAME,
  )

/** … or says in the database that it is its turn. */
const squatTurn = (page: Page) =>
  page.evaluate(async (name) => {
    await window.store.save('x', 'makes the database')
    const opening = indexedDB.open('latchkey-session', 1)
    await new Promise((resolve) => {
      opening.onsuccess = resolve
    })
    const transaction = opening.result.transaction('kept', 'readwrite')
    const turn = { owner: 'mallory', until: Date.now() + 29_000, isLocked: false }
    transaction.objectStore('kept').put(turn, `turn ${name}`)
    await new Promise((resolve) => {
      transaction.oncomplete = resolve
    })
    opening.result.close()
  }, NAME)

const without = (what: 'locks' | 'indexedDB') => (page: Page) =>
  page.evaluate((what) => {
    if (what === 'locks') Object.defineProperty(navigator, 'locks', { value: undefined })
    else Object.defineProperty(window, 'indexedDB', { value: undefined })
  }, what)

test.describe('of several tabs one is let in at a time', () => {
  const browsers: [string, (page: Page) => Promise<unknown>, boolean][] = [
    ['', async () => {}, false],
    ['G21 without Web Locks', without('locks'), false],
    ['without IndexedDB', without('indexedDB'), false],
    ['K15 with the Web Lock squatted', async () => {}, true],
  ]
  for (const [which, change, isSquatted] of browsers)
    test(`${which}`.trim() || 'as browsers are', async ({ openTab, context }) => {
      if (isSquatted) await squat(await openTab())
      const tabs = await Promise.all([openTab(), openTab(), openTab()])
      await Promise.all(tabs.map(change))
      const met: string[] = []
      let inside = 0
      // Asked of the test itself: what one tab stores, another may see late.
      await context.exposeFunction('door', (way: 'in' | 'out') => {
        inside += way === 'in' ? 1 : -1
        if (inside > 1) met.push('somebody')
      })
      const visits = tabs.map((tab) =>
        tab.evaluate(async (name) => {
          const { door } = window as unknown as { door: (way: 'in' | 'out') => Promise<void> }
          const enter = () =>
            window.store.alone(name, async () => {
              await door('in')
              await new Promise((resolve) => setTimeout(resolve, 30))
              await door('out')
            })
          await Promise.all([enter(), enter(), enter()])
        }, NAME),
      )
      await Promise.all(visits)
      expect(met).toEqual([])
      expect(context.pages().length).toBeGreaterThanOrEqual(3)
    })

  test('but those of another client do not wait', async ({ openTab }) => {
    const [one, other] = [await openTab(), await openTab()]
    await enter(one)
    await isIn(one)
    expect(await other.evaluate(() => window.store.alone('chat-spa', async () => 'was let in'))).toBe('was let in')
  })
})

test('a turn answers what its step answers, fails as it fails, and is over then', async ({ openTab }) => {
  const page = await openTab()
  const ended = await page.evaluate(async (name) => {
    const { alone } = window.store
    const failed = await alone(name, () => Promise.reject(new TypeError('on purpose'))).catch((error) => `${error}`)
    return [failed, await alone(name, async () => 7)]
  }, NAME)
  expect(ended).toEqual(['TypeError: on purpose', 7])
})

test.describe('no time passes, and', () => {
  test.use({ isClockPaused: true })

  test('the next is let in when a tab is closed or reloaded in its turn', async ({ openTab }) => {
    const [one, other] = [await openTab(), await openTab()]
    await enter(one)
    await isIn(one)
    await enter(other)
    await one.reload()
    await isIn(other)
    await one.waitForFunction(() => window.store)
    await enter(one)
    await other.close()
    await isIn(one)
  })

  test('nobody else is let in', async ({ openTab }) => {
    const [one, other] = [await openTab(), await openTab()]
    await enter(one)
    await isIn(one)
    await enter(other)
    await one.evaluate(() => window.store.save('x', 'x')) // time enough to have been let in
    expect(await log(other)).toEqual(['waits'])
    await leave(one)
    await isIn(other)
  })
})

test.describe('K15 a script that squats', () => {
  test.use({ isClockPaused: true })

  test('the Web Lock makes a tab wait for five seconds, once', async ({ openTab }) => {
    await squat(await openTab())
    const page = await openTab()
    await enter(page)
    await page.clock.runFor(4_000)
    expect(await log(page)).toEqual(['waits'])
    await page.clock.runFor(1_000)
    await isIn(page)
    await leave(page)
    await enter(page)
    await isIn(page)
  })

  test('the Web Lock, and lets go of it, is forgiven', async ({ openTab }) => {
    const [squatter, page, other] = [await openTab(), await openTab(), await openTab()]
    await squat(squatter)
    await enter(page)
    await page.clock.runFor(5_000)
    await isIn(page)
    await leave(page)
    const held = () => other.evaluate(() => navigator.locks.query().then((all) => all.held?.map(({ name }) => name)))
    await squatter.close()
    await expect.poll(held).toEqual([])
    await enter(page)
    await isIn(page)
    expect(await held()).toEqual([`latchkey ${NAME}`])
  })

  test('the turn makes it wait for thirty seconds, once', async ({ openTab }) => {
    const [squatter, page] = [await openTab(), await openTab()]
    const pass = async (seconds: number) => {
      for (let second = 0; second < seconds; second += 1) {
        await squatTurn(squatter)
        await page.clock.runFor(1_000)
      }
    }
    await squatTurn(squatter)
    await enter(page)
    await pass(28)
    expect(await log(page)).toEqual(['waits'])
    await pass(4)
    await isIn(page)
    await leave(page)
    await squatTurn(squatter)
    await enter(page)
    await isIn(page)
  })
})

test.describe('without Web Locks', () => {
  test.use({ isClockPaused: true })

  test('G21 a tab that was closed in its turn is waited for no longer than thirty seconds', async ({ openTab }) => {
    const [one, other] = [await openTab(), await openTab()]
    for (const tab of [one, other]) await without('locks')(tab)
    await enter(one)
    await isIn(one)
    await one.close()
    await enter(other)
    await other.clock.runFor(1_000)
    expect(await log(other)).toEqual(['waits'])
    for (let second = 0; second < 31; second += 1) await other.clock.runFor(1_000)
    await isIn(other)
  })
})
