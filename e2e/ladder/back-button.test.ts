import type { Page } from '@playwright/test'
import { inEveryHome } from '../world/homes.ts'
import { lose, watchJourney } from '../world/ladder.ts'
import { exchanges, logged } from '../world/requests.ts'
import { leaveForLogin, signIn } from '../world/sign-in.ts'
import { expect, status, test } from '../world/test.ts'

// Playwright turns the back/forward cache off. Here a page that comes back is the very one that was left.
test.use({
  siteHost: '127.0.0.1',
  launchOptions: [
    async ({ launchOptions }, use) => {
      await use({ ...launchOptions, ignoreDefaultArgs: ['--disable-back-forward-cache'] })
    },
    { scope: 'worker' },
  ],
})

const PLACE = '/notes/7?sort=new#top'

const goBack = (page: Page) => page.goBack({ waitUntil: 'commit' })

inEveryHome(() => {
  test('B10 back from the login form: the page is no spinner, and can sign in', async ({ page, open, world }) => {
    await open({}, PLACE)
    await leaveForLogin(page)
    await goBack(page)
    await expect(status(page)).toHaveText('signed out')
    expect(page.url()).toBe(world.site.origin + PLACE)
    await signIn(page)
    expect(exchanges(world.provider)).toHaveLength(1)
  })

  test('B10 L05 a provider that shows a page to the one redirect: who opens the app again is not sent there again', async ({
    page,
    open,
    world,
  }) => {
    await open({}, PLACE)
    await signIn(page)
    const journey = watchJourney(page)
    // What a provider out of its mind does: `prompt=none`, and yet it asks the person.
    await page.route(
      (url) => url.pathname === '/auth',
      (route) => route.fulfill({ contentType: 'text/html', body: '<title>Strange</title><p>Are you there?' }),
    )
    await lose(page)
    await expect(page).toHaveTitle('Strange')
    await page.unrouteAll()
    await page.goto(world.site.origin + PLACE)
    await expect(status(page)).toHaveText('signed out')
    expect(journey.filter((url) => url.includes('prompt=none'))).toHaveLength(1)
    expect(page.url()).toBe(world.site.origin + PLACE)
    await page.reload()
    await expect(status(page)).toHaveText(/^signed out/)
    expect(logged(world.provider, '/auth')).toHaveLength(1) // the login itself
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(status(page)).toHaveText('signed in as ada')
  })
})
