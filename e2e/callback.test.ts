import { holdCallback, withParameter } from './world/held-callback.ts'
import { exchanges } from './world/requests.ts'
import { fillIn, leaveForLogin, signIn } from './world/sign-in.ts'
import { expect, status, test } from './world/test.ts'

test('the untouched callback of a held login signs in', async ({ page, open, world }) => {
  await open()
  const callback = await holdCallback(page, world.site)
  await page.goto(callback.href)
  await expect(status(page)).toHaveText('signed in as ada')
  expect(page.url()).toBe(`${world.site.origin}/`)
})

const TAMPERED: readonly [name: string, tamper: (callback: URL) => string][] = [
  ['B01 state missing', (url) => withParameter(url, 'state', undefined)],
  ['B02 state empty', (url) => withParameter(url, 'state', '')],
  ['B02 state wrong', (url) => withParameter(url, 'state', 'A'.repeat(43))],
  ['B02 state with a suffix', (url) => `${withParameter(url, 'state', `${url.searchParams.get('state')}x`)}`],
  ['B21 state twice', (url) => `${url.href}&state=${url.searchParams.get('state')}`],
  ['B21 code twice', (url) => `${url.href}&code=${url.searchParams.get('code')}`],
  ['B22 iss of another provider', (url) => withParameter(url, 'iss', 'http://localhost:9')],
  ['B22 iss by a slash', (url) => withParameter(url, 'iss', `${url.searchParams.get('iss')}/`)],
  ['B23 iss missing though advertised', (url) => withParameter(url, 'iss', undefined)],
  ['B29 a signed response that nobody asked for', (url) => `${url.href}&response=e30.e30.`],
]

test('B01 B02 B13 B21 B22 B23 B29 a tampered callback makes no token request, and its URL is cleaned', async ({
  page,
  open,
  world,
}) => {
  await open({ restore: [] })
  await signIn(page) // from here on the provider knows who it is, and sends back at once
  world.provider.log.clear()
  for (const [name, tamper] of TAMPERED) {
    await test.step(name, async () => {
      await page.goto(world.site.origin)
      world.site.holdCallbacks = true
      await page.getByRole('button', { name: 'Sign in' }).click()
      await expect(page).toHaveTitle('Held')
      world.site.holdCallbacks = false

      await page.goto(tamper(new URL(page.url())))
      await expect(status(page), name).toHaveText('signed out: callback_invalid')
      expect(page.url(), name).toBe(`${world.site.origin}/`)
    })
  }
  expect(exchanges(world.provider)).toEqual([])
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(status(page)).toHaveText('signed in as ada')
})

test('B17 a callback with error and code together is an error, and the code is not sent', async ({
  page,
  open,
  world,
}) => {
  await open()
  const callback = await holdCallback(page, world.site)
  await page.goto(withParameter(callback, 'error', 'access_denied'))
  await expect(status(page)).toHaveText('signed out: provider_error')
  expect(exchanges(world.provider)).toEqual([])
})

test('B18 B19 markup and odd names in an error response stay text and go nowhere', async ({ page, open, world }) => {
  await open()
  const callback = await holdCallback(page, world.site)
  const hostile = new URL(callback)
  hostile.searchParams.delete('code')
  hostile.searchParams.set('error', '__proto__')
  hostile.searchParams.set('error_description', '<img src=x onerror=alert(1)>')
  hostile.searchParams.set('error_uri', 'javascript:alert(1)')
  await page.goto(hostile.href)
  await expect(status(page)).toHaveText('signed out: provider_error')
  const said = await page.evaluate(() => {
    const { state } = window.harness.auth
    return state.status === 'signed-out' ? state.reason?.provider : undefined
  })
  expect(said?.description).toBe('<img src=x onerror=alert(1)>')
  expect(page.url()).toBe(`${world.site.origin}/`)
})

test('B03 the callback URL of an attacker signs nobody in', async ({ page, open, world, browser }) => {
  await open()
  const attacker = await browser.newPage()
  await attacker.goto(await loginUrl())
  await fillIn(attacker, 'grace')
  await attacker.waitForURL(`${world.site.origin}/**`)
  const attackersCallback = attacker.url()
  await attacker.close()
  expect(new URL(attackersCallback).searchParams.get('code')).toBeTruthy()

  world.site.holdCallbacks = false
  await page.goto(attackersCallback)
  await expect(status(page)).toHaveText('signed out: callback_invalid')
  expect(exchanges(world.provider)).toEqual([])

  /** An authorization request of the attacker's own making. */
  async function loginUrl(): Promise<string> {
    world.site.holdCallbacks = true
    const asked = page.waitForRequest((request) => new URL(request.url()).pathname === '/auth')
    await leaveForLogin(page)
    const url = new URL((await asked).url())
    for (const name of ['state', 'nonce', 'code_challenge']) url.searchParams.set(name, 'A'.repeat(43))
    return url.href
  }
})

test('B31 a code that was injected into a callback with the right state fails at PKCE', async ({
  page,
  open,
  world,
  browser,
  options,
}) => {
  await open()
  const callback = await holdCallback(page, world.site)

  const elsewhere = await browser.newPage()
  await elsewhere.addInitScript((all) => {
    window.harnessOptions = all
  }, options)
  await elsewhere.goto(world.site.origin)
  const attackers = await holdCallback(elsewhere, world.site, 'grace')
  await elsewhere.close()

  await page.goto(withParameter(callback, 'code', attackers.searchParams.get('code') ?? ''))
  await expect(status(page)).toHaveText('signed out: provider_error')
  const reason = await page.evaluate(() => {
    const { state } = window.harness.auth
    return state.status === 'signed-out' ? state.reason?.provider?.error : undefined
  })
  expect(reason).toBe('invalid_grant')
  expect(page.url()).toBe(`${world.site.origin}/`)
})

test('B09 a callback that is opened again in its tab makes no token request, and its URL is cleaned', async ({
  page,
  open,
  world,
}) => {
  await open()
  const callback = await holdCallback(page, world.site)
  await page.goto(callback.href)
  await expect(status(page)).toHaveText('signed in as ada')
  expect(exchanges(world.provider)).toHaveLength(1)

  await page.goto(callback.href)
  await expect(status(page)).toHaveText('signed out: callback_invalid')
  expect(page.url()).toBe(`${world.site.origin}/`)
  expect(exchanges(world.provider)).toHaveLength(1)
})

test('B07 a callback that is opened in another tab makes no token request, and does not spoil the login', async ({
  page,
  open,
  world,
  context,
}) => {
  await open()
  const callback = await holdCallback(page, world.site)

  const other = await context.newPage()
  await other.goto(callback.href)
  await expect(status(other)).toHaveText('signed out: callback_invalid')
  expect(other.url()).toBe(`${world.site.origin}/`)
  expect(exchanges(world.provider)).toEqual([])

  await page.goto(callback.href)
  await expect(status(page)).toHaveText('signed in as ada')
})

test('B06 a callback after the storage was lost is refused without a loop', async ({ page, open, world }) => {
  await open()
  const callback = await holdCallback(page, world.site)
  await page.evaluate(() => sessionStorage.clear())
  await page.goto(callback.href)
  await expect(status(page)).toHaveText('signed out: callback_invalid')
  expect(page.url()).toBe(`${world.site.origin}/`)
  expect(exchanges(world.provider)).toEqual([])
})

test('B05 a callback that comes hours later offers another login', async ({ page, open, world }) => {
  await page.clock.install()
  await open()
  const callback = await holdCallback(page, world.site)
  await page.clock.fastForward('03:00:00')
  await page.goto(callback.href)
  await expect(status(page)).toHaveText('signed out: callback_expired')
  expect(exchanges(world.provider)).toEqual([])
})

test('B14 the app keeps a code and a state of its own on other pages', async ({ page, open, world }) => {
  await open({}, '/discounts?code=SUMMER&state=new')
  await expect(status(page)).toHaveText('signed out')
  expect(page.url()).toBe(`${world.site.origin}/discounts?code=SUMMER&state=new`)
})

test('B14 the app keeps a code of its own at its start page', async ({ page, open, world }) => {
  await open({}, '/?code=SUMMER')
  await expect(status(page)).toHaveText('signed out')
  expect(page.url()).toBe(`${world.site.origin}/?code=SUMMER`)
})

test('B26 a response in the fragment is refused, and taken off the URL', async ({ page, open, world }) => {
  await open()
  const { searchParams } = await holdCallback(page, world.site)
  await page.goto(`${world.site.origin}/#${searchParams}`)
  await expect(status(page)).toHaveText('signed out: callback_invalid')
  expect(page.url()).toBe(`${world.site.origin}/`)
  expect(exchanges(world.provider)).toEqual([])
})

test('B34 J14 a return address that another script has written leads nowhere else', async ({ page, open, world }) => {
  await open()
  const callback = await holdCallback(page, world.site)
  await page.evaluate(() => {
    for (const [key, value] of Object.entries(sessionStorage)) {
      const kept = JSON.parse(value)
      if (typeof kept.value === 'string')
        sessionStorage.setItem(key, JSON.stringify({ ...kept, value: 'https://evil.example/' }))
    }
  })
  await page.goto(callback.href)
  await expect(status(page)).toHaveText('signed in as ada')
  expect(page.url()).toBe(`${world.site.origin}/`)
})

test('B34 a verifier that another script has changed fails cleanly', async ({ page, open, world }) => {
  await open()
  const callback = await holdCallback(page, world.site)
  await page.evaluate(() => {
    for (const [key, value] of Object.entries(sessionStorage))
      sessionStorage.setItem(key, value.replace(/("verifier":")[^"]+/, `$1${'A'.repeat(43)}`))
  })
  await page.goto(callback.href)
  await expect(status(page)).toHaveText('signed out: provider_error')
})
