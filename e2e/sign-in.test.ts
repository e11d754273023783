import type { Route } from '@playwright/test'
import { PEOPLE } from '../demo/provider/people.ts'
import { call } from './world/call.ts'
import { exchanges, formOf, watchRequests } from './world/requests.ts'
import { fillIn, leaveForLogin, signIn, signOut } from './world/sign-in.ts'
import { expect, status, test } from './world/test.ts'

test('an anonymous visit asks the provider for nothing', async ({ page, open, world }) => {
  const requests = watchRequests(page)
  await open()
  await expect(status(page)).toHaveText('signed out')
  expect(requests.filter((request) => !request.url().startsWith(world.site.origin))).toEqual([])
  expect(world.provider.log.entries()).toEqual([])
})

for (const { id, name, email } of PEOPLE) {
  test(`${id} signs in, calls the API and signs out`, async ({ page, open, world }) => {
    await open()
    await signIn(page, id)
    const state = await page.evaluate(() => window.harness.auth.state)
    expect(state).toMatchObject({
      status: 'signed-in',
      session: { user: { sub: id, name, email }, scope: expect.arrayContaining(['notes:read', 'notes:write']) },
    })
    expect(JSON.parse((await call(page, `${world.api.url}me`)).text ?? '')).toMatchObject({ sub: id })

    await signOut(page)
    await leaveForLogin(page) // signed out at the provider as well: it asks for the password again
  })
}

test('a wrong password is refused by the provider, the right one then works', async ({ page, open }) => {
  await open()
  await leaveForLogin(page)
  await fillIn(page, 'ada', 'wrong')
  await expect(page.getByRole('alert')).toBeVisible()
  await fillIn(page, 'ada')
  await expect(status(page)).toHaveText('signed in as ada')
})

test('B13 B15 a cancelled login becomes a typed reason, the URL is clean, and another login works', async ({
  page,
  open,
  world,
}) => {
  await open({}, '/notes/7?sort=new#top')
  await leaveForLogin(page)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(status(page)).toHaveText('signed out: provider_error')
  const reason = await page.evaluate(() => {
    const { state } = window.harness.auth
    const { AuthError } = window.harness
    if (state.status !== 'signed-out' || !(state.reason instanceof AuthError)) return undefined
    return state.reason.provider
  })
  expect(reason).toEqual({ error: 'access_denied', description: 'The sign-in was cancelled.' })
  expect(page.url()).toBe(`${world.site.origin}/notes/7?sort=new#top`)
  expect(exchanges(world.provider)).toEqual([])
  await signIn(page)
})

test('A01 A04 A06 A08 the authorization request carries PKCE and opaque values, and nothing of the app', async ({
  page,
  open,
  world,
}) => {
  await open({}, '/secret-place?draft=1')
  const asked = page.waitForRequest((request) => new URL(request.url()).pathname === '/auth')
  await leaveForLogin(page)
  const url = new URL((await asked).url())
  const asText = Object.fromEntries(url.searchParams)
  expect(asText).toMatchObject({
    response_type: 'code',
    client_id: 'notes-spa',
    redirect_uri: `${world.site.origin}/`,
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
    resource: world.api.url,
  })
  expect(new Set([asText.state, asText.nonce, asText.code_challenge]).size).toBe(3)
  expect(url.href).not.toContain('secret-place')
  // A22: the provider does not learn where in the app the person was.
  expect((await (await asked).allHeaders()).referer).toBeUndefined()
})

test('B13 I03 a login returns to the place it left, without code or state in the address or the history', async ({
  page,
  open,
  world,
}) => {
  await open({}, '/notes/7?sort=new#top')
  await signIn(page)
  expect(page.url()).toBe(`${world.site.origin}/notes/7?sort=new#top`)
  expect(await page.evaluate(() => JSON.stringify(history.state))).not.toMatch(/code|state/)
  await page.goBack()
  await page.goForward()
  await expect(status(page)).not.toHaveText('loading')
  expect(page.url()).toBe(`${world.site.origin}/notes/7?sort=new#top`)
})

test('a cold callback asks for tokens and keys at the same time, and for nothing else', async ({
  page,
  open,
  world,
}) => {
  await open()
  await leaveForLogin(page)
  // Neither is answered before the other was asked for.
  const held = new Map<string, Route>()
  await page.route(/\/(token|jwks)$/, async (route) => {
    held.set(new URL(route.request().url()).pathname, route)
    if (held.size === 2) await Promise.all([...held.values()].map((each) => each.continue()))
  })
  const requests = watchRequests(page)
  await fillIn(page, 'ada')
  await expect(status(page)).toHaveText('signed in as ada')
  const fromApp = requests.filter((request) => {
    return (
      request.url().startsWith(world.provider.url) &&
      !request.isNavigationRequest() &&
      request.resourceType() === 'fetch'
    )
  })
  expect(fromApp.map((request) => `${request.method()} ${new URL(request.url()).pathname}`).sort()).toEqual([
    'GET /jwks',
    'POST /token',
  ])
})

test('C30 the code is exchanged by a form without cookies, referrer or anything in the URL', async ({ page, open }) => {
  await open()
  await leaveForLogin(page)
  const exchange = page.waitForRequest((request) => request.url().endsWith('/token'))
  await fillIn(page, 'ada')
  const request = await exchange
  const headers = await request.allHeaders()
  expect(headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/)
  expect(headers.cookie).toBeUndefined()
  expect(headers.referer).toBeUndefined()
  expect(headers.authorization).toBeUndefined()
  expect(formOf(request).get('grant_type')).toBe('authorization_code')
  expect(formOf(request).get('client_id')).toBe('notes-spa')
  expect(formOf(request).get('code_verifier')).toMatch(/^[\w-]{43,128}$/)
  await expect(status(page)).toHaveText('signed in as ada')
})

test.describe('where the page provokes its own policy', () => {
  test.use({ policyHolds: false })

  test('L01 L02 the strict policy and Trusted Types are really enforced where people sign in', async ({
    page,
    open,
  }) => {
    await open()
    await signIn(page)
    const refused = await page.evaluate(async () => {
      const threw: string[] = []
      const violations = new Promise<string[]>((resolve) => {
        const seen: string[] = []
        document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
          if (seen.push(effectiveDirective) === 2) resolve(seen.sort())
        })
      })
      try {
        document.body.innerHTML = '<b>markup</b>'
      } catch {
        threw.push('markup')
      }
      await fetch('https://elsewhere.example/').catch(() => threw.push('fetch'))
      return { threw, violations: await violations }
    })
    expect(refused).toEqual({ threw: ['markup', 'fetch'], violations: ['connect-src', 'require-trusted-types-for'] })
  })
})
