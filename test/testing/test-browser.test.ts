import { AuthError } from 'latchkey'
import { createTestBrowser, createTestProvider, GRACE } from 'latchkey/testing'
import { afterEach, expect, it, vi } from 'vitest'
import { settled, sleep, useFakeClock } from '../clock.ts'
import { expectRefusal, expectSignedOut } from '../outcome.ts'

const API = 'https://api.example.com/notes'
const TEN_MINUTES = 600_000

afterEach(() => void vi.useRealTimers())

it('an app signs in, calls its API and signs out, without a window that navigates', async () => {
  const provider = createTestProvider()
  const browser = createTestBrowser(provider)
  const before = browser.createAuth()
  expect(await before.start()).toEqual({ status: 'signed-out' })
  await before.login({ returnTo: '/notes/7' })
  expect(browser.url()).toBe('https://app.example.com/')
  const callback = new URL(await browser.follow())
  expect(callback.searchParams.has('code')).toBe(true)

  const auth = browser.createAuth()
  expect(await auth.start()).toMatchObject({ status: 'signed-in', session: { user: { sub: 'ada' } } })
  expect(browser.url()).toBe('https://app.example.com/notes/7')
  expect(await (await auth.authFetch(API)).json()).toMatchObject({ sub: 'ada' })

  expect(await auth.logout()).toBe('provider')
  expect(browser.departures.at(-1)).toContain('https://login.example.com/logout?')
  await browser.follow()
  expect(await browser.createAuth().start()).toEqual({ status: 'signed-out' })
})

it('signIn does all of it, with the options of the app', async () => {
  const provider = createTestProvider()
  provider.signIn(GRACE)
  const auth = await createTestBrowser(provider).signIn({ scope: 'profile' }, { parameters: { ui_locales: 'de' } })
  expect(auth.state).toMatchObject({ session: { user: GRACE, scope: ['openid', 'profile'] } })
})

it('signIn rejects with the reason when it does not succeed', async () => {
  const provider = createTestProvider()
  provider.idToken.once({ claims: (claims) => ({ ...claims, nonce: 'other' }) })
  const signingIn = createTestBrowser(provider).signIn()
  await expect(signingIn).rejects.toBeInstanceOf(AuthError)
  await expect(signingIn).rejects.toMatchObject({ code: 'token_invalid' })
})

it('a reload empties the memory, and stops what the page before had running', async () => {
  const browser = createTestBrowser(createTestProvider())
  const before = await browser.signIn({ restore: [] })
  browser.load()
  expect(before.state).toEqual({ status: 'signed-out' })
  expect(await browser.createAuth({ restore: [] }).start()).toEqual({ status: 'signed-out' })
})

it('after a reload the session is found again in a hidden frame, while the provider knows the person', async () => {
  const provider = createTestProvider()
  const browser = createTestBrowser(provider)
  await browser.signIn()
  browser.load()
  expect(await browser.createAuth().start()).toMatchObject({ status: 'signed-in' })
  expect(browser.departures).toHaveLength(1)
})

it('after a reload one redirect asks who is signed in, where no frame can, and nobody is sent again', async () => {
  const provider = createTestProvider()
  const browser = createTestBrowser(provider)
  const options = { restore: ['redirect'] } as const
  await browser.signIn(options)
  browser.load('/notes/7#top')
  const auth = browser.createAuth(options)
  void auth.start()
  await expect.poll(() => browser.departures.length).toBe(2)
  expect(auth.state).toEqual({ status: 'loading', waitingFor: 'redirect' })
  provider.signIn(undefined)
  await browser.follow()
  expect(await browser.createAuth(options).start()).toEqual({ status: 'signed-out' })
  expect(browser.url()).toBe('https://app.example.com/notes/7#top')
  browser.load()
  expect(await browser.createAuth(options).start()).toEqual({ status: 'signed-out' })
  expect(browser.departures).toHaveLength(2)
})

it('a callback that is opened in another tab finds no login there', async () => {
  const provider = createTestProvider()
  const browser = createTestBrowser(provider)
  await browser.createAuth().login()
  const stranger = createTestBrowser(provider, await browser.follow())
  expectSignedOut(await stranger.createAuth().start(), 'callback_invalid')
  expect(provider.requestsTo('token')).toEqual([])
})

it('renews in a hidden frame while the provider knows the person, and says so when it no longer does', async () => {
  useFakeClock()
  const provider = createTestProvider({ refreshTokens: 'none' })
  const auth = await createTestBrowser(provider).signIn()
  sleep(TEN_MINUTES)
  expect((await auth.authFetch(API)).status).toBe(200)
  expect(provider.requestsTo('token')).toHaveLength(2)
  provider.signIn(undefined)
  sleep(TEN_MINUTES)
  await expectRefusal(auth.authFetch(API), 'login_required')
  expect(auth.state.status).toBe('signed-out')
})

it('wakes what slept', async () => {
  useFakeClock()
  const provider = createTestProvider()
  const browser = createTestBrowser(provider)
  await browser.signIn()
  sleep(TEN_MINUTES)
  await settled()
  expect(provider.requestsTo('token')).toHaveLength(1)
  browser.wake()
  await settled()
  expect(provider.requestsTo('token')).toHaveLength(2)
})

it('renews nothing any more once it is closed', async () => {
  useFakeClock()
  const provider = createTestProvider()
  const browser = createTestBrowser(provider)
  const auth = await browser.signIn()
  expect(vi.getTimerCount()).toBe(1)
  browser.close()
  expect(vi.getTimerCount()).toBe(0)
  expect(auth.state).toEqual({ status: 'signed-out' })
})

it('goes nowhere before it is told to', async () => {
  await expect(createTestBrowser(createTestProvider()).follow()).rejects.toThrow(
    'No page of this tab was told to leave',
  )
})
