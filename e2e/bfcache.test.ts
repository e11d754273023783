import type { Page } from '@playwright/test'
import { call } from './world/call.ts'
import { exchanges, refreshes } from './world/requests.ts'
import { leaveForLogin, signIn } from './world/sign-in.ts'
import { expect, status, test } from './world/test.ts'

// Playwright turns the back/forward cache off. Here a page that comes back is the very one that was left.
test.use({
  launchOptions: [
    async ({ launchOptions }, use) => {
      await use({ ...launchOptions, ignoreDefaultArgs: ['--disable-back-forward-cache'] })
    },
    { scope: 'worker' },
  ],
})

/** Says in the title how the page came back. */
async function markRevival(page: Page): Promise<void> {
  await page.evaluate(() =>
    addEventListener('pageshow', (event) => {
      document.title = event.persisted ? 'Revived' : 'Loaded'
    }),
  )
}

const goBack = (page: Page) => page.goBack({ waitUntil: 'commit' }) // a page that is revived does not load

test('B10 a page that was left for the login form and is brought back is usable', async ({ page, open, world }) => {
  await open()
  await markRevival(page)
  await leaveForLogin(page)
  await goBack(page)
  await expect(page).toHaveTitle('Revived')
  await expect(status(page)).toHaveText('signed out')
  await signIn(page)
  expect(exchanges(world.provider)).toHaveLength(1)
})

test('B10 a signed-in page that is brought back after its token ran out refreshes once, and sends no old token', async ({
  page,
  open,
  world,
}) => {
  await open()
  await signIn(page)
  await markRevival(page)
  await page.evaluate(() => {
    const now = Date.now
    addEventListener('pagehide', () => {
      Date.now = () => now() + 600_000 // ten minutes away
    })
  })
  const [before] = await Promise.all([page.waitForRequest(/\/me$/), call(page, `${world.api.url}me`)])
  await page.goto(`${world.api.url}.well-known/oauth-protected-resource`)
  await goBack(page)
  await expect(page).toHaveTitle('Revived')
  await expect(status(page)).toHaveText('signed in as ada')
  const [after] = await Promise.all([page.waitForRequest(/\/me$/), call(page, `${world.api.url}me`)])
  expect(await after.headerValue('authorization')).not.toBe(await before.headerValue('authorization'))
  expect(refreshes(world.provider)).toHaveLength(1)
  expect(exchanges(world.provider)).toHaveLength(1)
})

test('J11 the page that is brought back after logout is signed out, and its tokens are gone', async ({
  page,
  open,
  world,
}) => {
  await open({}, '/notes')
  await signIn(page)
  await markRevival(page)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL(`${world.site.origin}/`)
  await goBack(page)
  await expect(page).toHaveURL(`${world.site.origin}/notes`)
  await expect(page).toHaveTitle('Revived')
  await expect(status(page)).toHaveText('signed out')
  expect(await call(page, `${world.api.url}me`)).toEqual({ error: 'login_required' })
})
