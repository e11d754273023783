import type { CDPSession, Page } from '@playwright/test'
import { call } from '../world/call.ts'
import { callThatRefreshes, expect, lifePasses, test } from '../world/hostile.ts'

const MOUNTS = 1_000

interface Counts {
  readonly listeners: number
  readonly timers: number
  readonly frames: number
}

/** Timers that are set and have neither rung nor been cleared. */
async function countTimers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const set = setTimeout
    const clear = clearTimeout
    const running = new Set<unknown>()
    Object.assign(window, { running })
    const counting = (callback: () => void, delay?: number, ...rest: unknown[]) => {
      const timer = set(
        () => {
          running.delete(timer)
          callback()
        },
        delay,
        ...rest,
      )
      running.add(timer)
      return timer
    }
    window.setTimeout = counting as unknown as typeof setTimeout
    window.clearTimeout = (timer) => {
      running.delete(timer)
      clear(timer)
    }
  })
}

/** What is left of the library in the page: its listeners as the browser itself knows them, timers and frames. */
async function countsOf(page: Page, devtools: CDPSession): Promise<Counts> {
  let listeners = 0
  for (const expression of ['window', 'document', 'navigator', 'document.body']) {
    const { result } = await devtools.send('Runtime.evaluate', { expression })
    const found = await devtools.send('DOMDebugger.getEventListeners', { objectId: result.objectId ?? '' })
    listeners += found.listeners.length
  }
  const rest = await page.evaluate(() => ({
    timers: (window as unknown as { running: Set<unknown> }).running.size,
    frames: document.querySelectorAll('iframe').length,
  }))
  return { listeners, ...rest }
}

/** Of all documents and objects, after the garbage was taken away. */
async function listenersInMemory(devtools: CDPSession): Promise<number> {
  await devtools.send('HeapProfiler.collectGarbage')
  const { jsEventListeners } = await devtools.send('Memory.getDOMCounters')
  return jsEventListeners
}

test('L07 mounting and disposing 1,000 times leaves no listener, timer or frame behind', async ({
  visit,
  page,
  context,
}) => {
  await countTimers(page)
  await visit()
  const devtools = await context.newCDPSession(page)
  const mount = (times: number) =>
    page.evaluate(async (times) => {
      const { createAuth } = window.harness
      for (let time = 0; time < times; time += 1) {
        const auth = createAuth(window.harnessOptions)
        const stop = auth.subscribe(() => {})
        await auth.start()
        await auth.authFetch(window.harnessOptions.apis?.[0]?.url ?? '').catch(() => {})
        dispatchEvent(new Event('online'))
        if (time % 2) stop()
        auth.dispose()
      }
    }, times)

  const before = await countsOf(page, devtools)
  expect(before.listeners).toBeGreaterThan(0) // of the app that is running here
  await mount(10)
  const inMemory = await listenersInMemory(devtools)
  await mount(MOUNTS)
  expect(await countsOf(page, devtools)).toEqual(before)
  expect(await listenersInMemory(devtools)).toBe(inMemory)

  await page.evaluate(() => {
    Object.assign(window, { kept: window.harness.createAuth(window.harnessOptions) })
    return (window as unknown as { kept: typeof window.harness.auth }).kept.start()
  })
  expect((await countsOf(page, devtools)).listeners).toBeGreaterThan(before.listeners) // one that is not disposed is counted
})

test('L07 a session that was refreshed, retried and disposed leaves no timer, and its listeners are gone', async ({
  hostile,
  visit,
  login,
  page,
  context,
}) => {
  await page.clock.install()
  await visit()
  await login()
  await lifePasses(page)
  await page.evaluate(() => window.harness.auth.dispose())
  const asked = hostile.arrivals.length
  await page.clock.fastForward(600_000)
  await page.evaluate(() => {
    for (const name of ['online', 'pageshow']) dispatchEvent(new Event(name))
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
  })
  expect(await call(page, `${hostile.api}/notes`)).toEqual({ error: 'login_required' })
  expect(hostile.arrivals).toHaveLength(asked)
  const devtools = await context.newCDPSession(page)
  const { result } = await devtools.send('Runtime.evaluate', { expression: 'window' })
  const { listeners } = await devtools.send('DOMDebugger.getEventListeners', { objectId: result.objectId ?? '' })
  expect(listeners.filter(({ type }) => ['online', 'pageshow'].includes(type))).toEqual([])
})

test('L07 100 calls with one signal that outlives them add no listener to it', async ({
  hostile,
  visit,
  login,
  page,
  context,
}) => {
  await visit()
  await login()
  await callThatRefreshes(page, hostile)
  const devtools = await context.newCDPSession(page)
  const callTimes = (times: number) =>
    page.evaluate(
      async ([url, times]) => {
        const kept = window as unknown as { lasting?: AbortController }
        kept.lasting ??= new AbortController()
        for (let time = 0; time < times; time += 1)
          await (await window.harness.auth.authFetch(url, { signal: kept.lasting.signal })).text()
      },
      [`${hostile.api}/notes`, times] as const,
    )
  await callTimes(10)
  const before = await listenersInMemory(devtools)
  await callTimes(100)
  expect(await listenersInMemory(devtools)).toBe(before)
  await page.evaluate(() => {
    const { signal } = (window as unknown as { lasting: AbortController }).lasting
    for (let time = 0; time < 5; time += 1) signal.addEventListener('abort', () => {})
  })
  expect(await listenersInMemory(devtools)).toBe(before + 5) // one that stays is counted
})
