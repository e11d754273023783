import { call } from './world/call.ts'
import { told } from './world/hostile.ts'
import { logged, refreshes, watchRequests } from './world/requests.ts'
import { signIn } from './world/sign-in.ts'
import { expect, status, test } from './world/test.ts'
import { watchTokens } from './world/watch-tokens.ts'

const ONE_MINUTE = 60_000

test.describe('a token that lives six seconds', () => {
  test.use({ accessTokenSeconds: 6, harnessPage: 'react' })

  test('is refreshed while the page sits idle: nobody is told, React does not render again, the API is content', async ({
    page,
    open,
    world,
  }) => {
    await open()
    await signIn(page)
    const before = await page.evaluate(() => ({
      told: window.harness.told.length,
      renders: window.harness.renders,
      state: window.harness.auth.state,
    }))
    await expect.poll(() => refreshes(world.provider).length, { timeout: 15_000 }).toBeGreaterThan(0)
    await expect.poll(() => page.evaluate(() => window.harness.auth.state)).not.toEqual(before.state)
    const after = await page.evaluate(() => ({ told: window.harness.told.length, renders: window.harness.renders }))
    expect(after).toEqual({ told: before.told, renders: before.renders })
    const all = refreshes(world.provider)
    expect(all).not.toEqual([])
    for (const refresh of all) expect(refresh).toMatchObject({ status: 200, client_id: 'notes-spa', sub: 'ada' })
    expect(await call(page, `${world.api.url}notes`)).toMatchObject({ status: 200 })
  })
})

test('G18 1,000 concurrent calls at an expired token make one token request', async ({ page, open, world }) => {
  await page.clock.install()
  await open()
  await signIn(page)
  // The clock on the wall moves and no timer fires, as after a sleep: only the callers notice.
  await page.clock.setSystemTime(Date.now() + 10 * ONE_MINUTE)
  const requests = watchRequests(page)
  const statuses = await page.evaluate(async (url) => {
    const { authFetch } = window.harness.auth
    const responses = await Promise.all(Array.from({ length: 1000 }, () => authFetch(url)))
    return responses.map((response) => response.status)
  }, `${world.api.url}me`)
  expect(statuses).toEqual(Array(1000).fill(200))
  expect(refreshes(world.provider)).toHaveLength(1)
  const sent = requests.filter((each) => each.url().endsWith('/me')).map((each) => each.headers().authorization)
  expect(sent).toHaveLength(1000)
  expect([...new Set(sent)]).toEqual([expect.stringMatching(/^Bearer /)])
})

test('H16 H18 100 calls that are refused at once make one refresh, and each is sent once more', async ({
  page,
  open,
  world,
  request,
}) => {
  await open()
  await signIn(page)
  await call(page, `${world.api.url}me`)
  await request.post(`${world.api.url}demo/trouble`, { data: { refuse: 'once' } })
  const requests = watchRequests(page)
  const statuses = await page.evaluate(async (url) => {
    const { authFetch } = window.harness.auth
    const responses = await Promise.all(Array.from({ length: 100 }, () => authFetch(url)))
    return responses.map((response) => response.status)
  }, `${world.api.url}me`)
  expect(statuses).toEqual(Array(100).fill(200))
  expect(refreshes(world.provider)).toHaveLength(1)
  expect(requests.filter((each) => each.url().endsWith('/me')).length).toBeLessThanOrEqual(200)
})

test('G01 each refresh token is used once, always the newest', async ({ page, open, world }) => {
  await page.clock.install()
  await open()
  const traffic = await watchTokens(page)
  await signIn(page)
  for (const times of [1, 2, 3, 4]) {
    await page.clock.fastForward(ONE_MINUTE)
    await expect.poll(() => traffic.given.length).toBe(times + 1)
    expect(await call(page, `${world.api.url}me`)).toMatchObject({ status: 200 })
  }
  const used = traffic.asked.map((form) => form.get('refresh_token'))
  const given = traffic.given.map((tokens) => tokens.refresh_token)
  expect(used).toEqual([null, ...given.slice(0, -1)])
  expect(new Set(given).size).toBe(5)
  expect(refreshes(world.provider).map((entry) => entry.status)).toEqual([200, 200, 200, 200])
})

test('G11 C23 a provider that is down signs nobody out: calls go on, and it is left alone for as long as it asked', async ({
  page,
  open,
  world,
}) => {
  await page.clock.install()
  await open()
  await signIn(page)
  await call(page, `${world.api.url}me`) // the API knows the provider's keys from here on
  world.provider.log.clear()
  world.provider.control.down(30)
  const refused = page.waitForResponse((response) => response.url().endsWith('/token') && response.status() === 503)
  await page.clock.fastForward(55_000) // past the time to refresh, before the token's end
  await refused
  await expect(status(page)).toHaveText('signed in as ada')
  expect(await call(page, `${world.api.url}me`)).toMatchObject({ status: 200 })

  await page.clock.fastForward(10_000) // now it has run out
  await page.evaluate(() => dispatchEvent(new Event('online')))
  expect(await call(page, `${world.api.url}me`)).toEqual({ error: 'network' })
  await expect(status(page)).toHaveText('signed in as ada')

  world.provider.control.down(0)
  const recovered = page.waitForResponse((response) => response.url().endsWith('/token'))
  await page.clock.fastForward(60_000)
  expect((await recovered).status()).toBe(200)
  await expect.poll(() => call(page, `${world.api.url}me`)).toMatchObject({ status: 200 })
  expect(logged(world.provider, '/token').map((entry) => entry.status)).toEqual([503, 200])
  expect(await told(page)).toEqual(['signed-in', 'degraded', 'signed-in'])
})

test('G13 offline, the session goes on; online again, the refresh is made at once', async ({
  page,
  open,
  world,
  context,
}) => {
  await page.clock.install()
  await open()
  await signIn(page)
  await context.setOffline(true)
  const failed = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/token'))
  await page.clock.fastForward(55_000)
  await failed
  await expect(status(page)).toHaveText('signed in as ada')
  const answered = page.waitForResponse(/\/token$/)
  await context.setOffline(false)
  expect((await answered).status()).toBe(200)
  expect(await call(page, `${world.api.url}me`)).toMatchObject({ status: 200 })
})

test('G22 after hours of sleep there is one refresh, and no expired token is sent', async ({ page, open, world }) => {
  await page.clock.install()
  await open()
  await signIn(page)
  const old = await tokenOf(page)
  const requests = watchRequests(page)
  await page.clock.setSystemTime(Date.now() + 5 * ONE_MINUTE)
  await page.evaluate(() => dispatchEvent(new Event('pageshow')))
  expect(await call(page, `${world.api.url}me`)).toMatchObject({ status: 200 })
  const sent = requests.filter((request) => request.url().endsWith('/me'))
  expect(sent).toHaveLength(1)
  expect(await sent[0]?.headerValue('authorization')).not.toBe(old)
  expect(refreshes(world.provider)).toHaveLength(1)

  async function tokenOf(tab: typeof page) {
    const [request] = await Promise.all([tab.waitForRequest(/\/me$/), call(tab, `${world.api.url}me`)])
    return request.headerValue('authorization')
  }
})

test('G09 a refresh token that was revoked ends the session once, with a reason, and nothing more is asked', async ({
  page,
  open,
  world,
  request,
}) => {
  await page.clock.install()
  await open()
  const { given } = await watchTokens(page)
  await signIn(page)
  const form = { token: given[0]?.refresh_token ?? '', client_id: 'notes-spa' }
  expect((await request.post(`${world.provider.url}/token/revocation`, { form })).status()).toBe(200)

  await page.clock.fastForward(ONE_MINUTE)
  await expect(status(page)).toHaveText('signed out: login_required')
  await page.clock.fastForward(10 * ONE_MINUTE)
  expect(await call(page, `${world.api.url}me`)).toEqual({ error: 'login_required' })
  expect(refreshes(world.provider)).toMatchObject([{ status: 400, error: 'invalid_grant' }])
  const told = await page.evaluate(() =>
    window.harness.told.map((state) => [state.status, state.status === 'signed-out' && state.reason?.provider?.error]),
  )
  expect(told).toEqual([
    ['signed-in', false],
    ['signed-out', 'invalid_grant'],
  ])
})

test('G19 two tabs refresh each for itself, and neither spoils the other', async ({ page, open, world, context }) => {
  await context.clock.install()
  await open({ restore: [] })
  await signIn(page)
  const other = await context.newPage()
  await other.goto(world.site.origin)
  await other.getByRole('button', { name: 'Sign in' }).click()
  await expect(status(other)).toHaveText('signed in as ada')
  await context.clock.fastForward(ONE_MINUTE)
  await expect.poll(() => refreshes(world.provider).map((entry) => entry.status)).toEqual([200, 200])
  for (const tab of [page, other]) {
    expect(await call(tab, `${world.api.url}me`)).toMatchObject({ status: 200 })
    await expect(status(tab)).toHaveText(/signed in/)
  }
  expect(logged(world.provider, '/auth')).toHaveLength(2)
})
