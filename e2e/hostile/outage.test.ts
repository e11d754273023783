import type { Page, Request } from '@playwright/test'
import {
  answers,
  asksToWait,
  breaks,
  breaksMidway,
  type Fault,
  hangs,
  losesTheAnswer,
  neverEnds,
  showsAPage,
  truncates,
  withoutCors,
} from 'latchkey/testing'
import { call } from '../world/call.ts'
import {
  asked,
  callThatRefreshes,
  expect,
  expiresAt,
  refreshes,
  status,
  stopTime,
  test,
  told,
} from '../world/hostile.ts'
import { watchRequests } from '../world/requests.ts'

/** As the page sees them: the browser may repeat one by itself. */
const tokenRequests = (sent: readonly Request[]) => sent.filter((request) => request.url().endsWith('/token'))

/** The clock goes on until the refresh is tried again, and has brought a new token. */
async function recovers(page: Page): Promise<void> {
  const before = await expiresAt(page)
  await page.clock.runFor(5_000)
  await expect
    .poll(async () => {
      await page.clock.runFor(1_000)
      return expiresAt(page)
    })
    .not.toBe(before)
}

/** A right answer of a server that did nothing, so that no rotated token is lost with it. */
const didNothing = async () => new Response('{}', { headers: { 'access-control-allow-origin': '*' } })

const PASSING: readonly [name: string, code: string, fault: Fault][] = [
  ['G11 500', 'network', answers(500)],
  ['G11 503 with a page', 'network', showsAPage(503)],
  ['G11 temporarily_unavailable', 'network', answers(400, { error: 'temporarily_unavailable' })],
  ['G11 429 with Retry-After', 'network', asksToWait(4)],
  ['G13 a reset', 'network', breaks],
  ['G13 without CORS headers', 'network', (request) => withoutCors(request, didNothing)],
  ['G13 a captive portal', 'provider_invalid', showsAPage()],
  ['G13 an error page of a gateway', 'provider_invalid', showsAPage(404)],
  ['G13 an error of a gateway', 'provider_invalid', answers(403, { error: 'Forbidden' })],
  ['G13 half an answer', 'provider_invalid', answers(200, '{"access_token":"x')],
]

test('G11 G13 a refresh that fails in passing signs nobody out and is tried again', async ({
  hostile,
  visit,
  login,
  page,
}) => {
  await page.clock.install()
  await visit()
  await login()
  await stopTime(page)
  const sent = watchRequests(page)
  for (const [name, code, fault] of PASSING) {
    const before = sent.length
    hostile.provider.faults.token.always(fault)
    expect(await callThatRefreshes(page, hostile), name).toEqual({ error: code })
    await expect(status(page), name).toHaveText('signed in as ada')
    hostile.provider.faults.token.never()
    await recovers(page)
    expect(tokenRequests(sent.slice(before)), name).toHaveLength(2)
    expect(await call(page, `${hostile.api}/notes`), name).toMatchObject({ status: 200 })
  }
  expect(await told(page)).toEqual(['signed-in', ...PASSING.flatMap(() => ['degraded', 'signed-in'])])
  expect(hostile.provider.reuses()).toBe(0)
})

test('G13 offline nobody is signed out, and the refresh is made as soon as the device is online', async ({
  hostile,
  visit,
  login,
  page,
  context,
}) => {
  await page.clock.install()
  await visit()
  await login()
  const before = await expiresAt(page)
  await context.setOffline(true)
  await page.clock.fastForward(60_000)
  expect(await call(page, `${hostile.api}/notes`)).toEqual({ error: 'network' })
  await expect(status(page)).toHaveText('signed in as ada')
  expect(refreshes(hostile)).toEqual([])
  await context.setOffline(false)
  await expect.poll(() => expiresAt(page)).not.toBe(before)
  expect(await call(page, `${hostile.api}/notes`)).toMatchObject({ status: 200 })
  expect(await told(page)).toEqual(['signed-in', 'degraded', 'signed-in'])
})

for (const [name, fault] of [
  ['is never answered', hangs],
  ['is answered with headers alone', (request) => neverEnds(request, didNothing)],
] as const satisfies readonly [string, Fault][])
  test(`G14 a refresh that ${name} is a timeout for who waits, and then made again`, async ({
    hostile,
    visit,
    login,
    page,
  }) => {
    await page.clock.install()
    await visit()
    await login()
    hostile.provider.faults.token.once(fault)
    const waiting = callThatRefreshes(page, hostile)
    await expect.poll(() => refreshes(hostile).length).toBe(1)
    await page.clock.runFor(10_000)
    expect(await waiting).toEqual({ error: 'timeout' })
    await expect(status(page)).toHaveText('signed in as ada')
    await recovers(page)
    expect(await call(page, `${hostile.api}/notes`)).toMatchObject({ status: 200 })
    expect(await told(page)).toEqual(['signed-in', 'degraded', 'signed-in'])
  })

test('G15 H30 500 for ever: callers hear of it at once, no expired token is sent, the session is not over', async ({
  hostile,
  visit,
  login,
  page,
}) => {
  await page.clock.install()
  await visit()
  await login()
  hostile.provider.faults.token.always(answers(500))
  await page.clock.pauseAt(Date.now() + 61_000)
  await expect.poll(() => told(page)).toEqual(['signed-in', 'degraded'])
  const first = await call(page, `${hostile.api}/notes`)
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => call(page, `${hostile.api}/notes`)))
  expect([first, ...outcomes]).toEqual(Array(21).fill({ error: 'network' }))
  expect(refreshes(hostile)).toHaveLength(1)
  expect(asked(hostile, 'api')).toBe(0)
  await expect(status(page)).toHaveText('signed in as ada')
  expect(await told(page)).toEqual(['signed-in', 'degraded'])
})

for (const [name, fault] of [
  ['lost', losesTheAnswer],
  ['lost half-way', breaksMidway],
] as const)
  for (const isKnown of [true, false])
    test(`G17 a rotated answer that is ${name} is asked about in a frame: ${isKnown ? 'the session goes on' : 'one sign-out'}, and no loop`, async ({
      hostile,
      visit,
      login,
      page,
    }) => {
      await page.clock.install()
      await visit()
      await login()
      await stopTime(page)
      const sent = watchRequests(page)
      hostile.provider.faults.token.always(fault)
      expect(await callThatRefreshes(page, hostile)).toEqual({ error: 'network' })
      hostile.provider.faults.token.never()
      if (!isKnown) hostile.provider.signIn(undefined)
      await page.clock.fastForward(10_000)
      const end = isKnown ? 'signed-in' : 'signed-out'
      await expect.poll(() => told(page)).toEqual(['signed-in', 'degraded', end])
      await page.clock.fastForward(isKnown ? 1_000 : 600_000)
      const outcome = isKnown ? { status: 200 } : { error: 'login_required' }
      expect(await call(page, `${hostile.api}/notes`)).toMatchObject(outcome)
      // The lost one, the one that found it spent, and where the provider knows somebody the code from the frame.
      expect(tokenRequests(sent)).toHaveLength(isKnown ? 3 : 2)
      expect(asked(hostile, 'authorization')).toBe(2)
    })

test('G17 an answer that is cut off by a proxy is asked about too', async ({ hostile, visit, login, page }) => {
  await page.clock.install()
  await visit()
  await login()
  await stopTime(page)
  hostile.provider.faults.token.once(truncates)
  expect(await callThatRefreshes(page, hostile)).toEqual({ error: 'provider_invalid' })
  await page.clock.fastForward(10_000)
  await expect.poll(() => told(page)).toEqual(['signed-in', 'degraded', 'signed-in'])
  expect(await call(page, `${hostile.api}/notes`)).toMatchObject({ status: 200 })
  expect(refreshes(hostile)).toHaveLength(2)
  expect(asked(hostile, 'authorization')).toBe(2)
})
