import { logged, refreshes, watchRequests } from './world/requests.ts'
import { signIn } from './world/sign-in.ts'
import { expect, status, test } from './world/test.ts'

const ELSEWHERE = [
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example/',
  '\\\\evil.example/',
  'http:\\\\evil.example/',
  'http://localhost@evil.example/',
  '\thttps://evil.example/',
  'java\nscript:alert(1)',
  'javascript:alert(1)',
  'data:text/html,x',
  'blob:http://localhost/x',
  'http://localhost:9/',
]

test('J13 a login that would return to another origin, or to a script, does not begin', async ({
  page,
  open,
  world,
}) => {
  await open()
  const requests = watchRequests(page)
  const codes = await page.evaluate(async (places) => {
    const found: unknown[] = []
    for (const returnTo of places) {
      await window.harness.auth.login({ returnTo }).then(
        () => found.push(`went to ${returnTo}`),
        (error) => found.push(error.code),
      )
    }
    return found
  }, ELSEWHERE)
  expect(codes).toEqual(ELSEWHERE.map(() => 'configuration'))
  expect(requests).toEqual([])
  expect(logged(world.provider, '/auth')).toEqual([])
})

test('A09 a login with a parameter that is the protocol’s own does not begin', async ({ page, open, world }) => {
  await open()
  const names = ['state', 'nonce', 'redirect_uri', 'client_id', 'response_type', 'response_mode', 'code_challenge']
  const codes = await page.evaluate(async (all) => {
    const found: unknown[] = []
    for (const name of all) {
      await window.harness.auth.login({ parameters: { [name]: 'x' } }).then(
        () => found.push(`begun with ${name}`),
        (error) => found.push(error.code),
      )
    }
    return found
  }, names)
  expect(codes).toEqual(names.map(() => 'configuration'))
  expect(logged(world.provider, '/auth')).toEqual([])
})

test('L04 a page that is served without encryption is told so, and no login begins', async ({
  page,
  context,
  options,
  world,
}) => {
  const { url } = world.provider
  await context.addInitScript(
    (all) => {
      window.harnessOptions = all
    },
    {
      ...options,
      metadata: { authorization_endpoint: `${url}/auth`, token_endpoint: `${url}/token`, jwks_uri: `${url}/jwks` },
    },
  )
  await page.route('http://app.example/**', async (route) => {
    const { pathname } = new URL(route.request().url())
    await route.fulfill({ response: await route.fetch({ url: world.site.origin + pathname }) })
  })
  await page.goto('http://app.example/')
  expect(await page.evaluate(() => isSecureContext)).toBe(false)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(status(page)).toHaveText('refused: configuration')
  expect(logged(world.provider, '/auth')).toEqual([])
})

test('L06 a full storage is told, and no login begins that could not come back', async ({ page, open, world }) => {
  await open()
  await page.evaluate(() => {
    for (let size = 2 ** 24; size >= 1; size = Math.floor(size / 2)) {
      try {
        for (;;) sessionStorage.setItem(`full ${sessionStorage.length}`, 'x'.repeat(size))
      } catch {
        // A smaller piece may still fit.
      }
    }
  })
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(status(page)).toHaveText('refused: configuration')
  expect(logged(world.provider, '/auth')).toEqual([])
  await page.evaluate(() => sessionStorage.clear())
  await signIn(page)
})

test('a provider that is out of reach keeps the person in the app, and the next attempt works', async ({
  page,
  open,
  world,
}) => {
  await open()
  world.provider.control.down(600)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(status(page)).toHaveText('refused: network')
  world.provider.control.down(0)
  await signIn(page)
})

test('H32 I10 a fetch that is patched after the app has started sees no token', async ({ page, open, world }) => {
  await page.clock.install()
  await open()
  await signIn(page)
  await page.evaluate(() => {
    const seen: unknown[] = []
    const { fetch } = window
    window.fetch = (...values) => {
      seen.push(values)
      return fetch(...values)
    }
    Object.assign(window.harness, { seen })
  })
  await page.clock.fastForward(60_000)
  await expect.poll(() => refreshes(world.provider).length).toBe(1)
  const seen = await page.evaluate(async (url) => {
    const { harness } = window
    const { status } = await harness.auth.authFetch(url)
    return [status, (harness as unknown as { seen: unknown[] }).seen.length]
  }, `${world.api.url}me`)
  expect(seen).toEqual([200, 0])
})
