import type { Page } from '@playwright/test'
import { call } from '../world/call.ts'
import { lose, markerIn, steps, storedIn, watchJourney } from '../world/ladder.ts'
import { exchanges, logged } from '../world/requests.ts'
import { signIn } from '../world/sign-in.ts'
import { expect, status, test } from '../world/test.ts'

// No cookie of the provider comes along in a frame here.
test.use({ siteHost: '127.0.0.1' })

const PLACE = '/notes/7?sort=new#top'

const silently = (journey: readonly string[]) => journey.filter((url) => url.includes('prompt=none'))
const historyOf = (page: Page) => page.evaluate(() => history.length)

for (const home of ['page', 'worker', 'shared-worker'] as const) {
  test.describe(home, () => {
    test.use({ home })
    const isLost = home === 'shared-worker' ? 'the worker has died' : 'a reload'

    test(`I14 ${isLost}: one redirect finds the session, and leads back to the very place`, async ({
      page,
      open,
      world,
    }) => {
      await open({}, PLACE)
      await signIn(page)
      const before = await historyOf(page)
      world.provider.log.clear()
      const journey = watchJourney(page)
      await lose(page)
      await expect(status(page)).toHaveText('signed in as ada')
      expect(page.url()).toBe(world.site.origin + PLACE)
      expect(await steps(page)).toEqual(['callback'])
      expect(silently(journey)).toHaveLength(1)
      expect(logged(world.provider, '/auth')).toHaveLength(1)
      expect(exchanges(world.provider)).toHaveLength(1)
      // Who goes back does not come upon the page that was left for the provider.
      expect(await historyOf(page)).toBe(before)
      expect(await call(page, `${world.api.url}me`)).toMatchObject({ status: 200 })
    })

    test(`I14 A16 L05 ${isLost}, and the provider knows nobody: one redirect, signed out, nothing left to try`, async ({
      page,
      open,
      world,
      context,
    }) => {
      await open({}, PLACE)
      await signIn(page)
      await context.clearCookies()
      const journey = watchJourney(page)
      await lose(page)
      await expect(status(page)).toHaveText('signed out')
      expect(page.url()).toBe(world.site.origin + PLACE)
      expect(silently(journey)).toHaveLength(1)
      expect(await markerIn(page)).toEqual([])
      world.provider.log.clear()
      await page.reload()
      await expect(status(page)).toHaveText('signed out')
      expect(world.provider.log.entries()).toEqual([])
      expect(JSON.stringify(await storedIn(page))).not.toMatch(/\bada\b|verifier|nonce/)
      await signIn(page)
    })
  })
}

test('K05 a frame that the app asked for gets no cookies: the redirect finds the session', async ({
  page,
  open,
  world,
}) => {
  await open({ restore: ['frame', 'redirect'] }, PLACE)
  await signIn(page)
  world.provider.log.clear()
  const journey = watchJourney(page)
  await page.reload()
  await expect(status(page)).toHaveText('signed in as ada')
  expect(page.url()).toBe(world.site.origin + PLACE)
  expect(silently(journey)).toHaveLength(1)
  expect(logged(world.provider, '/auth')).toHaveLength(2)
})

test('a frame alone that gets no cookies: signed out, and the next reload asks nobody', async ({
  page,
  open,
  world,
}) => {
  await open({ restore: ['frame'] })
  await signIn(page)
  const journey = watchJourney(page)
  await page.reload()
  await expect(status(page)).toHaveText('signed out')
  expect(silently(journey)).toEqual([])
  expect(await markerIn(page)).toEqual([])
  world.provider.log.clear()
  await page.reload()
  await expect(status(page)).toHaveText('signed out')
  expect(world.provider.log.entries()).toEqual([])
})

test('two tabs that are reloaded at once are both signed in again, each by one redirect', async ({
  page,
  open,
  world,
  context,
}) => {
  await open()
  await signIn(page)
  const other = await context.newPage()
  await other.goto(`${world.site.origin}/other`)
  await expect(status(other)).toHaveText('signed in as ada')
  const journeys = [page, other].map(watchJourney)
  await Promise.all([page.reload(), other.reload()])
  for (const tab of [page, other]) await expect(status(tab)).toHaveText('signed in as ada')
  expect(journeys.map((journey) => silently(journey).length)).toEqual([1, 1])
  expect(new URL(other.url()).pathname).toBe('/other')
})
