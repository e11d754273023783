import type { Page } from '@playwright/test'
import { expect, inEveryHome, test } from '../world/homes.ts'

const MEBIBYTE = 1_048_576

/** Kept in the page from one step of a test to the next. */
interface Kept {
  reader: ReadableStreamDefaultReader<Uint8Array>
  abort: AbortController
  outcome: Promise<unknown>
}

/** Starts a call whose answer is read step by step. */
const open = (page: Page, url: string) =>
  page.evaluate(async (url) => {
    const abort = new AbortController()
    const response = await window.harness.auth.authFetch(url, { signal: abort.signal })
    Object.assign(window, { reader: response.body?.getReader(), abort })
  }, url)

/** The next part of the answer as text; `null` at its end, the error's name where it fails. */
const next = (page: Page) =>
  page.evaluate(async () => {
    const { reader } = window as unknown as Kept
    try {
      const { done, value } = await reader.read()
      return done ? null : new TextDecoder().decode(value)
    } catch (error) {
      return (error as Error).name
    }
  })

inEveryHome(() => {
  test.beforeEach(({ enter }) => enter())

  test('server-sent events come one by one, as they are said', async ({ page, api }) => {
    await open(page, `${api.origin}/events`)
    expect(await next(page)).toBe('data: hello\n\n')
    for (const words of ['one', 'two', 'three']) {
      api.say(words)
      expect(await next(page)).toBe(`data: ${words}\n\n`)
    }
    await page.evaluate(() => (window as unknown as Kept).reader.cancel())
    await api.calls[0]?.closed
  })

  test('40 MiB arrive whole and in order', async ({ page, api }) => {
    const count = 40 * MEBIBYTE + 17
    const read = await page.evaluate(async (url) => {
      const response = await window.harness.auth.authFetch(url)
      let total = 0
      let wrong = 0
      let position = 0
      for (const reader = response.body!.getReader(); ; ) {
        const { done, value } = await reader.read()
        if (done) return { total, wrong }
        // One block of the API is so many whole patterns.
        for (const byte of value) {
          if (byte !== position % 251) wrong += 1
          position += 1
        }
        total += value.length
      }
    }, `${api.origin}/bytes?count=${count}`)
    expect(read).toEqual({ total: count, wrong: 0 })
  })

  test('a large answer is fetched only as fast as it is read', async ({ page, api }) => {
    await open(page, `${api.origin}/bytes?count=${500 * MEBIBYTE}`)
    await next(page)
    // What the browser and the network hold between the two ends, and no more.
    await expect
      .poll(async () => {
        const before = api.bytesTaken()
        await page.waitForTimeout(500)
        return api.bytesTaken() - before
      })
      .toBe(0)
    expect(api.bytesTaken()).toBeLessThan(150 * MEBIBYTE)
    await page.evaluate(() => (window as unknown as Kept).abort.abort())
    await api.calls[0]?.closed
    expect(await next(page)).toBe('AbortError')
  })

  test('H25 an abort while the answer is awaited rejects with the caller’s reason, and lets go of the connection', async ({
    page,
    api,
  }) => {
    await page.evaluate((url) => {
      const abort = new AbortController()
      const { authFetch } = window.harness.auth
      const outcome = authFetch(url, { signal: abort.signal }).then(String, (error) => error)
      Object.assign(window, { abort, outcome })
    }, `${api.origin}/held`)
    await expect.poll(() => api.calls.length).toBe(1)
    await page.evaluate(() => (window as unknown as Kept).abort.abort({ mine: 'changed my mind' }))
    expect(await page.evaluate(() => (window as unknown as Kept).outcome)).toEqual({ mine: 'changed my mind' })
    await api.calls[0]?.closed
  })

  test('H25 an abort in mid-answer ends the reading with its reason, and lets go of the connection', async ({
    page,
    api,
  }) => {
    await open(page, `${api.origin}/events`)
    await next(page)
    await page.evaluate(() => (window as unknown as Kept).abort.abort())
    expect(await next(page)).toBe('AbortError')
    await api.calls[0]?.closed
  })

  test('H25 who comes with an aborted signal gets its reason, and nothing is sent', async ({ page, api }) => {
    const reason = await page.evaluate(
      (url) => window.harness.auth.authFetch(url, { signal: AbortSignal.abort('changed my mind') }).catch(String),
      `${api.origin}/echo`,
    )
    expect(reason).toBe('changed my mind')
    expect(api.calls).toEqual([])
  })

  test('H25 a time limit of the caller rejects with TimeoutError', async ({ page, api }) => {
    const name = await page.evaluate(
      (url) =>
        window.harness.auth.authFetch(url, { signal: AbortSignal.timeout(300) }).then(String, (error) => error.name),
      `${api.origin}/held`,
    )
    expect(name).toBe('TimeoutError')
    await api.calls[0]?.closed
  })

  test('an answer that breaks off in the middle fails the reading as fetch does', async ({ page, api }) => {
    await open(page, `${api.origin}/breaks-off`)
    expect(await next(page)).toBe('the first half')
    api.breakOff()
    expect(await next(page)).toBe('TypeError')
  })
})
