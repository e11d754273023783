import type { Page } from '@playwright/test'
import { inEveryHome } from '../world/homes.ts'
import { markerIn, watchJourney } from '../world/ladder.ts'
import { exchanges, logged } from '../world/requests.ts'
import { leaveForLogin, signIn } from '../world/sign-in.ts'
import { expect, status, test } from '../world/test.ts'

const PLACE = '/notes/7?sort=new#top'

/** What was in the vault's memory is gone. */
async function lose(page: Page): Promise<void> {
  await page.evaluate(() => new BroadcastChannel('harness worker').postMessage('close'))
  await page.reload()
}

for (const siteHost of ['localhost', '127.0.0.1'] as const) {
  test.describe(siteHost === 'localhost' ? 'a provider of the same site' : 'a provider of another site', () => {
    test.use({ siteHost })

    inEveryHome(() => {
      test('I14 G13 while the provider is down a reload strands nobody: the page stays, says why, and a later one signs in', async ({
        page,
        open,
        world,
      }) => {
        await open({}, PLACE)
        await signIn(page)
        world.provider.control.down(600)
        const journey = watchJourney(page)
        await lose(page)
        await expect(status(page)).toHaveText('signed out: network')
        expect(journey).toEqual([world.site.origin + PLACE.split('#')[0]])
        expect(page.url()).toBe(world.site.origin + PLACE)
        expect(await markerIn(page)).toEqual(['1'])
        world.provider.control.down(0)
        await page.reload()
        await expect(status(page)).toHaveText('signed in as ada')
        expect(page.url()).toBe(world.site.origin + PLACE)
      })
    })
  })
}

test('I14 G13 offline, a page out of the cache stays where it is; online again, a reload signs in', async ({
  page,
  open,
  world,
}) => {
  await open({}, PLACE)
  await signIn(page)
  const { url } = world.provider
  await page.route(`${url}/**`, (route) => route.abort('internetdisconnected'))
  const journey = watchJourney(page)
  await page.reload()
  await expect(status(page)).toHaveText('signed out: network')
  expect(journey).toHaveLength(1)
  expect(page.url()).toBe(world.site.origin + PLACE)
  await page.unroute(`${url}/**`)
  await page.reload()
  await expect(status(page)).toHaveText('signed in as ada')
})

test.describe('with the back/forward cache', () => {
  // Playwright turns it off. Here a page that comes back is the very one that was left.
  test.use({
    siteHost: '127.0.0.1',
    launchOptions: [
      async ({ launchOptions }, use) => {
        await use({ ...launchOptions, ignoreDefaultArgs: ['--disable-back-forward-cache'] })
      },
      { scope: 'worker' },
    ],
  })

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

    test('B10 L05 back from a provider that shows a page to the one redirect: no spinner, and no second redirect', async ({
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
      await goBack(page)
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
})
