import type { Page } from '@playwright/test'
import { call } from './world/call.ts'
import type { OpenerPolicy } from './world/coop.ts'
import { addButton, expect, pressButton, signIns, status, test } from './world/popup.ts'
import { exchanges, logged } from './world/requests.ts'
import { fillIn } from './world/sign-in.ts'
import type { Home } from './world/test.ts'

const POLICIES: readonly OpenerPolicy[] = ['unsafe-none', 'same-origin-allow-popups', 'same-origin']
const HOMES: readonly Home[] = ['page', 'worker', 'shared-worker']

const notesOfLogins = (page: Page) =>
  page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('popup')))

for (const home of HOMES)
  for (const providerPolicy of POLICIES)
    test.describe(`${home}, a provider of ${providerPolicy}`, () => {
      test.use({ home, providerPolicy })

      test('somebody signs in by a window that closes itself, and the page stays as it is', async ({
        page,
        open,
        openWindow,
        world,
      }) => {
        await open({}, '/notes/7?draft=1#top')
        await addButton(page)
        await page.getByRole('textbox').fill('Half a sentence')
        const popup = await openWindow()
        const closed = popup.waitForEvent('close')
        await fillIn(popup, 'ada')
        await closed
        await expect(status(page)).toHaveText('signed in as ada')
        await expect.poll(() => signIns(page)).toEqual(['done'])
        expect(await page.getByRole('textbox').inputValue()).toBe('Half a sentence')
        expect(page.url()).toBe(`${world.site.origin}/notes/7?draft=1#top`)
        expect(await page.evaluate(() => window.boots)).toBe(1)
        expect(await call(page, `${world.api.url}me`)).toMatchObject({ status: 200 })
        expect(exchanges(world.provider)).toHaveLength(1)
        // The window asked for nothing of its own while it closed.
        expect(logged(world.provider, '/auth')).toHaveLength(1)
        // The window took its note away in a process of its own: here that is seen a little later.
        await expect.poll(() => notesOfLogins(page)).toEqual([])
      })
    })

for (const appPolicy of POLICIES.slice(1))
  test.describe(`an app of ${appPolicy}`, () => {
    test.use({ appPolicy, siteHost: '127.0.0.1' })

    test('somebody signs in by a window at a provider of another site', async ({ page, open, openWindow }) => {
      await open()
      const popup = await openWindow()
      const closed = popup.waitForEvent('close')
      await fillIn(popup, 'ada')
      await closed
      await expect(status(page)).toHaveText('signed in as ada')
    })
  })

test('who cancels in the window is told of it on the page, and can try again', async ({ page, open, openWindow }) => {
  await open()
  const first = await openWindow()
  await first.getByRole('button', { name: 'Cancel' }).click()
  await expect.poll(() => signIns(page)).toEqual(['provider_error'])
  await expect.poll(() => first.isClosed()).toBe(true)
  await expect(status(page)).toHaveText('signed out')
  const second = await openWindow()
  await fillIn(second, 'grace')
  await expect(status(page)).toHaveText('signed in as grace')
  await expect.poll(() => signIns(page)).toEqual(['provider_error', 'done'])
})

test('a second click opens no second window', async ({ page, context, open, openWindow }) => {
  await open()
  const popup = await openWindow()
  await pressButton(page)
  await pressButton(page)
  await fillIn(popup, 'ada')
  await expect.poll(() => signIns(page)).toEqual(['done', 'done', 'done'])
  await expect.poll(() => context.pages()).toEqual([page])
})

for (const providerPolicy of POLICIES)
  test.describe(`a session that is over, a provider of ${providerPolicy}`, () => {
    test.use({ providerPolicy })

    test('is renewed by a window while calls wait, and nothing that was typed is lost', async ({
      page,
      context,
      open,
      openWindow,
      world,
    }) => {
      await open({ waitForLogin: true })
      await fillIn(await openWindow(), 'ada')
      await expect(status(page)).toHaveText('signed in as ada')
      await page.getByRole('textbox').fill('Half a sentence')
      // The refresh token is no longer good.
      await page.route(/\/token$/, (route) =>
        route.fulfill({
          status: 400,
          json: { error: 'invalid_grant' },
          headers: { 'Access-Control-Allow-Origin': world.site.origin },
        }),
      )
      await page.clock.install()
      await page.clock.setSystemTime(Date.now() + 600_000)
      const calls = [call(page, `${world.api.url}me`), call(page, `${world.api.url}me`)]
      await expect(status(page)).toHaveText('signed out: login_required')
      await page.unroute(/\/token$/)
      await context.clearCookies()
      await fillIn(await openWindow(), 'ada')
      expect(await Promise.all(calls)).toMatchObject([{ status: 200 }, { status: 200 }])
      await expect(status(page)).toHaveText('signed in as ada')
      expect(await page.getByRole('textbox').inputValue()).toBe('Half a sentence')
    })
  })
