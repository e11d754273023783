import type { APIRequestContext } from '@playwright/test'
import { call } from './world/call.ts'
import { formOf, logged, refreshes, watchRequests } from './world/requests.ts'
import { leaveForLogin, signIn, signOut } from './world/sign-in.ts'
import { expect, status, test } from './world/test.ts'
import { type Tokens, watchTokens } from './world/watch-tokens.ts'

const REVOCATION = '/token/revocation'

async function refreshByHand(request: APIRequestContext, issuer: string, refresh_token: string) {
  const form = { grant_type: 'refresh_token', refresh_token, client_id: 'notes-spa' }
  const response = await request.post(`${issuer}/token`, { form })
  return { status: response.status(), error: (await response.json()).error }
}

test('J01 J08 logout revokes the refresh token, then ends the session at the provider with the ID token as a hint', async ({
  page,
  open,
  world,
  request,
}) => {
  await open()
  const { given } = await watchTokens(page)
  await signIn(page)
  const { refresh_token = '', id_token = '' } = given[0] ?? {}
  const requests = watchRequests(page)
  await signOut(page)
  expect(page.url()).toBe(`${world.site.origin}/`)

  const revocation = requests.find((each) => new URL(each.url()).pathname === REVOCATION)
  expect(revocation && Object.fromEntries(formOf(revocation))).toEqual({
    token: refresh_token,
    token_type_hint: 'refresh_token',
    client_id: 'notes-spa',
  })
  const farewell = requests.find((each) => new URL(each.url()).pathname === '/session/end')
  expect(farewell && Object.fromEntries(new URL(farewell.url()).searchParams)).toEqual({
    id_token_hint: id_token,
    client_id: 'notes-spa',
    post_logout_redirect_uri: `${world.site.origin}/`,
    state: expect.stringMatching(/^[\w-]{43}$/),
  })
  // I16: the ID token went nowhere else.
  const carriers = requests.filter((each) => `${each.url()}${each.postData()}`.includes(id_token))
  expect(carriers).toEqual([farewell])

  await expect.poll(() => logged(world.provider, REVOCATION)).toMatchObject([{ status: 200, client_id: 'notes-spa' }])
  expect(await refreshByHand(request, world.provider.url, refresh_token)).toEqual({
    status: 400,
    error: 'invalid_grant',
  })
  expect(await call(page, `${world.api.url}me`)).toEqual({ error: 'login_required' })
  await leaveForLogin(page) // and the provider asks for the password again
})

test('J07 a revocation that is never answered holds nobody up', async ({ page, open, world }) => {
  await open()
  await signIn(page)
  await page.route(`**${REVOCATION}`, () => {})
  await signOut(page)
  expect(logged(world.provider, '/session/end')).toHaveLength(1)
})

test('J07 J10 a provider that is down keeps nobody signed in', async ({ page, open, world }) => {
  await open({ metadata: metadataOf(world.provider.url) })
  await signIn(page)
  world.provider.control.down(600)
  const result = await page.evaluate(() => window.harness.auth.logout())
  expect(result).toBe('local')
  await expect(status(page)).toHaveText('signed out')
  expect(await call(page, `${world.api.url}me`)).toEqual({ error: 'login_required' })
})

test('J05 without a logout page at the provider it is a local sign-out that says so', async ({ page, open, world }) => {
  await open({ metadata: metadataOf(world.provider.url) })
  await signIn(page)
  expect(await page.evaluate(() => window.harness.auth.logout())).toBe('local')
  await expect(status(page)).toHaveText('signed out')
  await expect.poll(() => logged(world.provider, REVOCATION)).toHaveLength(1)
  expect(logged(world.provider, '/session/end')).toEqual([])
})

test('J11 the back button after logout shows nobody signed in', async ({ page, open, world }) => {
  await open({}, '/notes')
  await signIn(page)
  await signOut(page)
  await page.goBack()
  await expect(page).toHaveURL(`${world.site.origin}/notes`)
  await expect(status(page)).toHaveText('signed out')
  expect(await call(page, `${world.api.url}me`)).toEqual({ error: 'login_required' })
})

test('G30 a refresh under way at logout does not bring the session back, and its token is revoked', async ({
  page,
  open,
  world,
  request,
}) => {
  await page.clock.install()
  await open({ metadata: metadataOf(world.provider.url) })
  await signIn(page)

  let release = () => {}
  let late: Tokens | undefined
  await page.route(/\/token$/, async (route) => {
    const response = await route.fetch()
    late = await response.json()
    await new Promise<void>((resolve) => {
      release = resolve
    })
    await route.fulfill({ response })
  })
  await page.clock.fastForward(60_000)
  await expect.poll(() => late?.refresh_token).toBeTruthy()

  const revoked: (string | null)[] = []
  page.on('request', (each) => {
    if (new URL(each.url()).pathname === REVOCATION) revoked.push(formOf(each).get('token'))
  })
  await page.evaluate(() => window.harness.auth.logout())
  await expect(status(page)).toHaveText('signed out')
  release()
  await expect.poll(() => revoked).toContain(late?.refresh_token)
  await expect(status(page)).toHaveText('signed out')
  expect(await page.evaluate(() => window.harness.told.map((state) => state.status))).toEqual([
    'signed-in',
    'signed-out',
  ])
  expect(await call(page, `${world.api.url}me`)).toEqual({ error: 'login_required' })
  await expect
    .poll(() => refreshByHand(request, world.provider.url, late?.refresh_token ?? ''))
    .toEqual({ status: 400, error: 'invalid_grant' })
})

test('G30 a logout that leaves the page during a refresh stays a logout', async ({ page, open, world }) => {
  await page.clock.install()
  await open()
  await signIn(page)
  let held = 0
  await page.route(/\/token$/, () => {
    held += 1 // never answered
  })
  await page.clock.fastForward(60_000)
  await expect.poll(() => held).toBe(1)
  await signOut(page)
  expect(refreshes(world.provider)).toEqual([])
  expect(logged(world.provider, '/session/end')).toHaveLength(1)
})

/** A provider without a logout page. */
function metadataOf(issuer: string) {
  return {
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    revocation_endpoint: issuer + REVOCATION,
    id_token_signing_alg_values_supported: ['ES256'],
  }
}

test('J09 a logout in one tab signs out the other, and no request of it leaves with a token', async ({
  page,
  open,
  world,
  context,
}) => {
  await open()
  await signIn(page)
  const other = await context.newPage()
  await other.goto(world.site.origin)
  await other.getByRole('button', { name: 'Sign in' }).click() // the provider still knows ada
  await expect(status(other)).toHaveText('signed in as ada')
  await expect(status(page)).toHaveText('signed in as ada')
  await other.getByRole('button', { name: 'Sign out' }).click()
  await expect(status(page)).toHaveText('signed out: login_required')
  expect(await call(page, `${world.api.url}me`)).toEqual({ error: 'login_required' })
})
