import type { Page } from '@playwright/test'
import { breaks, losesTheAnswer } from 'latchkey/testing'
import { call } from '../world/call.ts'
import {
  callThatRefreshes,
  expect,
  leave,
  reason,
  refreshes,
  settledStatus,
  status,
  test,
  told,
} from '../world/hostile.ts'
import { watchRequests } from '../world/requests.ts'
import type { TestProviderServer } from '../world/test-provider-server.ts'

// A connection that has carried a request before and breaks before the first byte of an answer: Chromium takes it for one that
// the server had closed, and sends the request again without telling anybody, a POST too.

/** Leaves so many connections to the provider open that the next requests without cookies will take. */
async function warmUp(page: Page, server: TestProviderServer, count: number): Promise<void> {
  server.keepAlive = true
  const before = server.arrivals.length
  const opened = () => server.arrivals.slice(before).filter(({ reused }) => !reused).length
  // A request that is answered before the next one leaves hands its connection on: then once more, with more at a time.
  for (let atOnce = count; opened() < count; atOnce += 1)
    await page.evaluate(
      async ([url, count]) => {
        const ask = () => fetch(url, { credentials: 'omit', cache: 'no-store' }).then((response) => response.text())
        await Promise.all(Array.from({ length: count }, ask))
      },
      [`${server.issuer}/jwks`, atOnce] as const,
    )
}

const tokenRequests = ({ arrivals }: TestProviderServer) => arrivals.filter(({ path }) => path === '/token')

test('G35 a refresh that the browser repeats by itself costs one login at a strict provider, and no loop', async ({
  hostile,
  visit,
  login,
  page,
}) => {
  await page.clock.install()
  await visit()
  await login()
  const sent = watchRequests(page)
  await warmUp(page, hostile, 1)
  hostile.provider.faults.token.once(losesTheAnswer)
  expect(await callThatRefreshes(page, hostile)).toEqual({ error: 'login_required' })
  expect(tokenRequests(hostile).map(({ reused }) => reused)).toEqual([false, true, false])
  expect(sent.filter((request) => request.url().endsWith('/token'))).toHaveLength(1)
  expect(hostile.provider.reuses()).toBe(1)

  await expect(status(page)).toHaveText('signed out: login_required')
  expect((await reason(page)).provider?.error).toBe('invalid_grant')
  await page.clock.fastForward(600_000)
  expect(refreshes(hostile)).toHaveLength(2)
  expect(await told(page)).toEqual(['signed-in', 'signed-out'])
})

test('G35 a refresh that the browser repeats before the provider has seen it is no trouble', async ({
  hostile,
  visit,
  login,
  page,
}) => {
  await visit()
  await login()
  await warmUp(page, hostile, 1)
  hostile.provider.faults.token.once(breaks)
  expect(await callThatRefreshes(page, hostile)).toMatchObject({ status: 200 })
  expect(tokenRequests(hostile).map(({ reused }) => reused)).toEqual([false, true, false])
  expect(hostile.provider.reuses()).toBe(0)
  expect(await told(page)).toEqual(['signed-in'])
})

test.describe('a provider that lets a refresh token be used again', () => {
  test.use({ providerOptions: { refreshTokens: 'kept' } })

  test('G35 takes the repeated refresh, and nobody notices', async ({ hostile, visit, login, page }) => {
    await visit()
    await login()
    await warmUp(page, hostile, 1)
    hostile.provider.faults.token.once(losesTheAnswer)
    expect(await callThatRefreshes(page, hostile)).toMatchObject({ status: 200 })
    expect(refreshes(hostile)).toHaveLength(2)
    expect(await call(page, `${hostile.api}/notes`)).toMatchObject({ status: 200 })
    expect(await told(page)).toEqual(['signed-in'])
  })
})

test('C22 a code that the browser sends twice by itself is refused by the provider, and a new login works', async ({
  hostile,
  visit,
  login,
  page,
}) => {
  await visit()
  const sent = watchRequests(page)
  await warmUp(page, hostile, 2) // one for the keys, one for the code
  hostile.provider.faults.token.once(losesTheAnswer)
  await leave(page)
  expect(await settledStatus(page)).toBe('signed out: provider_error')
  expect((await reason(page)).provider?.error).toBe('invalid_grant')
  expect(tokenRequests(hostile)[0]?.reused).toBe(true)
  expect(tokenRequests(hostile)).toHaveLength(2)
  expect(sent.filter((request) => request.url().endsWith('/token'))).toHaveLength(1)
  expect(hostile.provider.reuses()).toBe(1)
  hostile.keepAlive = false
  expect(await login()).toBe('signed in as ada')
})
