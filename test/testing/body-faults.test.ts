// @vitest-environment node
import {
  addsHeaders,
  asksToWait,
  breaksMidway,
  createTestProvider,
  delays,
  drips,
  type Fault,
  neverEnds,
  repeatsTheAnswer,
  showsAPage,
  swells,
  truncates,
} from 'latchkey/testing'
import { afterEach, expect, it, vi } from 'vitest'

const DISCOVERY = 'https://login.example.com/.well-known/openid-configuration'

afterEach(() => void vi.useRealTimers())

const asked = (fault: Fault, signal?: AbortSignal) => {
  const provider = createTestProvider()
  provider.faults.discovery.once(fault)
  return provider.fetch(DISCOVERY, signal ? { signal } : {})
}

const right = async () => (await createTestProvider().fetch(DISCOVERY)).text()

it('repeatsTheAnswer answers it twice in one body', async () => {
  const text = await right()
  expect(await (await asked(repeatsTheAnswer)).text()).toBe(text + text)
})

it('truncates the body as if that were all', async () => {
  const text = await right()
  expect(await (await asked(truncates)).text()).toBe(text.slice(0, text.length / 2))
})

it('breaksMidway sends half of the body, and then the connection is gone', async () => {
  const reader = (await asked(breaksMidway)).body?.getReader()
  const begun = await reader?.read()
  expect(new TextDecoder().decode(begun?.value)).toBe((await right()).slice(0, (await right()).length / 2))
  await expect(reader?.read()).rejects.toThrow(TypeError)
})

it('swells the body to so many bytes, which are JSON still', async () => {
  const response = await asked(swells(300_000))
  const text = await response.text()
  expect(text).toHaveLength(300_000)
  expect(JSON.parse(text)).toEqual(JSON.parse(await right()))
})

it('drips a few bytes at a time by the clock', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const text = await right()
  const reader = (await asked(drips(100, 1_000))).body?.getReader()
  let got = ''
  const reading = (async () => {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read())
      got += new TextDecoder().decode(part.value)
  })()
  await vi.advanceTimersByTimeAsync(3_000)
  expect(got).toBe(text.slice(0, 300))
  await vi.advanceTimersByTimeAsync(1_000 * Math.ceil(text.length / 100))
  await reading
  expect(got).toBe(text)
})

it('drips no more, and leaves no timer, when nobody reads on', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const response = await asked(drips(1, 1_000))
  const reader = response.body?.getReader()
  reader?.read().catch(() => {})
  await vi.waitUntil(() => vi.getTimerCount() === 1)
  await reader?.cancel()
  await vi.waitUntil(() => vi.getTimerCount() === 0)
})

it('neverEnds sends its headers and not a byte of the body, until it is aborted', async () => {
  const abort = new AbortController()
  const response = await asked(neverEnds, abort.signal)
  expect(response.headers.get('content-type')).toBe('application/json')
  const reading = response.text()
  abort.abort()
  await expect(reading).rejects.toMatchObject({ name: 'AbortError' })
})

it('delays the right answer by the clock', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  let answered = false
  const asking = asked(delays(5_000)).then((response) => {
    answered = true
    return response.text()
  })
  await vi.advanceTimersByTimeAsync(4_999)
  expect(answered).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  expect(await asking).toBe(await right())
})

it('showsAPage answers HTML that a page may read', async () => {
  const response = await asked(showsAPage())
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toContain('text/html')
  expect(await response.text()).toContain('<!doctype html>')
})

it.each([
  [asksToWait(30), 429, '30'],
  [asksToWait('Sat, 21 Nov 2026 12:00:30 GMT', 503), 503, 'Sat, 21 Nov 2026 12:00:30 GMT'],
])('asksToWait lets the page read Retry-After (%#)', async (fault, status, retryAfter) => {
  const response = await asked(fault)
  expect([response.status, response.headers.get('retry-after')]).toEqual([status, retryAfter])
})

it('addsHeaders to the right answer', async () => {
  const response = await asked(addsHeaders({ 'content-type': 'text/html', 'cache-control': 'max-age=86400' }))
  expect(response.headers.get('cache-control')).toBe('max-age=86400')
  expect(response.headers.get('content-type')).toBe('text/html')
  expect(await response.text()).toBe(await right())
})
