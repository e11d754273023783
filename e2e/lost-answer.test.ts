import type { Page, Route } from '@playwright/test'
import { call } from './world/call.ts'
import { inEveryHome } from './world/homes.ts'
import { told } from './world/hostile.ts'
import { logged } from './world/requests.ts'
import { signIn } from './world/sign-in.ts'
import { expect, status, test } from './world/test.ts'

type World = Parameters<Parameters<typeof test>[2]>[0]['world']

/** What the provider was asked for at its token endpoint, and what it said. */
const tokenRequests = ({ provider }: World) =>
  logged(provider, '/token').map(({ grant_type, error }) => (error ? `${grant_type}: ${error}` : grant_type))

/** The API refuses the token that it knows, so that a call has it renewed. */
const refuseOnce = async ({ api }: World) => {
  const wish = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"refuse":"once"}' }
  expect((await fetch(`${api.url}demo/trouble`, wish)).ok).toBe(true)
}

/** A call whose token is refused; renewing it spends the refresh token at the provider, and the answer is lost. */
async function losesTheAnswer(page: Page, world: World) {
  await call(page, `${world.api.url}me`)
  await refuseOnce(world)
  world.provider.control.play('lost', 60)
  const outcome = call(page, `${world.api.url}me`)
  await expect.poll(() => told(page)).toContain('degraded')
  await page.evaluate(() => window.harness.auth.retry())
  return outcome
}

inEveryHome(() => {
  test('G17 a provider that sees reuse: a hidden frame finds the session, and the call that waited goes out', async ({
    page,
    open,
    world,
  }) => {
    await open()
    await signIn(page)
    expect(await losesTheAnswer(page, world)).toMatchObject({ status: 200 })
    await expect(status(page)).toHaveText('signed in as ada')
    expect((await told(page)).slice(-2)).toEqual(['degraded', 'signed-in'])
    expect(tokenRequests(world)).toEqual([
      'authorization_code',
      'refresh_token',
      'refresh_token: invalid_grant',
      'authorization_code',
    ])
  })
})

test('G17 where nobody is signed in there any more: one sign-out, no loop, and one sign-in brings it back', async ({
  page,
  open,
  world,
  context,
}) => {
  await open()
  await signIn(page)
  await context.clearCookies()
  expect(await losesTheAnswer(page, world)).toEqual({ error: 'login_required' })
  await expect(status(page)).toHaveText('signed out: login_required')
  expect(await call(page, `${world.api.url}me`)).toEqual({ error: 'login_required' })
  expect((await told(page)).slice(-2)).toEqual(['degraded', 'signed-out'])
  expect(tokenRequests(world)).toEqual(['authorization_code', 'refresh_token', 'refresh_token: invalid_grant'])
  await signIn(page)
  expect(await call(page, `${world.api.url}me`)).toMatchObject({ status: 200 })
})

/** The provider answers the next token request, and the page never hears of it. */
async function holdTheAnswer(page: Page): Promise<{ readonly isSpent: () => boolean }> {
  let isSpent = false
  const hold = async (route: Route) => {
    await route.fetch()
    isSpent = true
  }
  await page.route('**/token', hold, { times: 1 })
  return { isSpent: () => isSpent }
}

/** The page is in the middle of a refresh. Answers the call that waits for it. */
async function refreshing(page: Page, world: World): Promise<{ readonly outcome: Promise<unknown> }> {
  await call(page, `${world.api.url}me`)
  await refuseOnce(world)
  const { isSpent } = await holdTheAnswer(page)
  const outcome = call(page, `${world.api.url}me`).catch(() => 'gone')
  await expect.poll(isSpent).toBe(true)
  return { outcome }
}

for (const keepSession of [false, true])
  test(`G17 B11 a reload in mid-refresh${keepSession ? ', of a session that is kept' : ''}: still signed in, and no refresh token is shown twice`, async ({
    page,
    open,
    world,
  }) => {
    await open({ keepSession })
    await signIn(page)
    const { outcome } = await refreshing(page, world)
    await page.reload()
    expect(await outcome).toBe('gone')
    await expect(status(page)).toHaveText('signed in as ada')
    expect(await call(page, `${world.api.url}me`)).toMatchObject({ status: 200 })
    expect(tokenRequests(world)).toEqual(['authorization_code', 'refresh_token', 'authorization_code'])
  })

test('G17 G19 a tab that crashes in mid-refresh, of a session that is kept: the other goes on', async ({
  page,
  open,
  world,
  context,
}) => {
  await open({ keepSession: true })
  await signIn(page)
  const other = await context.newPage()
  await other.goto(page.url())
  await expect(status(other)).toHaveText('signed in as ada')
  const { outcome } = await refreshing(page, world)
  const crashed = page.waitForEvent('crash')
  const devtools = await context.newCDPSession(page)
  devtools.send('Page.crash').catch(() => {})
  await crashed
  await page.close()
  expect(await outcome).toBe('gone')
  expect(await call(other, `${world.api.url}me`)).toMatchObject({ status: 200 })
  await expect(status(other)).toHaveText('signed in as ada')
  expect(tokenRequests(world)).toEqual(['authorization_code', 'refresh_token', 'authorization_code'])
})
