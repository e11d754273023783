import { call } from '../world/call.ts'
import { markerIn, steps, storedIn, watchJourney } from '../world/ladder.ts'
import { exchanges, logged, refreshes } from '../world/requests.ts'
import { signIn, signOut } from '../world/sign-in.ts'
import { expect, status, test } from '../world/test.ts'

const PLACE = '/notes/7?sort=new#top'

for (const home of ['page', 'worker'] as const) {
  test.describe(home, () => {
    test.use({ home })

    test('I14 K07 a reload finds the session in a hidden frame: the tab goes nowhere, and no app starts in there', async ({
      page,
      open,
      world,
    }) => {
      await open({}, PLACE)
      await signIn(page)
      world.provider.log.clear()
      const journey = watchJourney(page)
      await page.reload()
      await expect(status(page)).toHaveText('signed in as ada')
      expect(await steps(page)).toContain('frame')
      expect(await steps(page)).not.toContain('redirect')
      expect(journey).toEqual([world.site.origin + PLACE.split('#')[0]])
      expect(page.url()).toBe(world.site.origin + PLACE)
      expect(logged(world.provider, '/auth')).toHaveLength(1)
      expect(exchanges(world.provider)).toHaveLength(1)
      expect(await page.evaluate(() => [window.boots, document.querySelectorAll('iframe').length])).toEqual([1, 0])
      expect(await call(page, `${world.api.url}me`)).toMatchObject({ status: 200 })
      expect(await page.evaluate(() => window.harness.told.at(-1)?.status)).toBe('signed-in')
    })

    test('I14 A16 a session that is gone at the provider: one look, signed out, no loop, and the next reload asks nobody', async ({
      page,
      open,
      world,
      context,
    }) => {
      await open({}, PLACE)
      await signIn(page)
      await context.clearCookies()
      world.provider.log.clear()
      await page.reload()
      await expect(status(page)).toHaveText('signed out')
      expect(await markerIn(page)).toEqual([])
      expect(page.url()).toBe(world.site.origin + PLACE)
      expect(exchanges(world.provider)).toEqual([])
      world.provider.log.clear()
      await page.reload()
      await expect(status(page)).toHaveText('signed out')
      expect(world.provider.log.entries()).toEqual([])
      await signIn(page)
    })
  })
}

test('restore: [] looks nowhere: a reload signs out and asks nobody', async ({ page, open, world }) => {
  await open({ restore: [] })
  await signIn(page)
  world.provider.log.clear()
  const journey = watchJourney(page)
  await page.reload()
  await expect(status(page)).toHaveText('signed out')
  expect(journey).toHaveLength(1)
  expect(world.provider.log.entries()).toEqual([])
})

test('an anonymous visitor is sent nowhere and looked for nowhere, however often they reload', async ({
  page,
  open,
  world,
}) => {
  await open()
  const journey = watchJourney(page)
  await page.reload()
  await expect(status(page)).toHaveText('signed out')
  expect(journey).toHaveLength(1)
  expect(world.provider.log.entries()).toEqual([])
  expect(await storedIn(page)).toEqual({ local: {}, session: {} })
})

test('who has signed out is looked for no more', async ({ page, open, world }) => {
  await open()
  await signIn(page)
  expect(await markerIn(page)).toEqual(['1'])
  await signOut(page)
  expect(await markerIn(page)).toEqual([])
  world.provider.log.clear()
  await page.reload()
  await expect(status(page)).toHaveText('signed out')
  expect(world.provider.log.entries()).toEqual([])
})

test('K05 a frame that the provider never answers gives way in bounded time', async ({ page, open, world }) => {
  await page.clock.install()
  await open()
  await signIn(page)
  let framed = 0
  await page.route(
    (url) => url.pathname === '/auth',
    async (route) => {
      if (route.request().frame() === page.mainFrame()) await route.continue()
      else framed += 1
    },
  )
  await page.reload()
  await expect.poll(() => framed).toBe(1)
  await page.clock.runFor(10_000)
  await expect(status(page)).toHaveText('signed in as ada')
  expect(await steps(page)).toEqual(['callback'])
  expect(refreshes(world.provider)).toEqual([])
})

test('B11 a reload in the middle of the look for a session starts another, and ends signed in', async ({
  page,
  open,
  world,
}) => {
  await open({}, PLACE)
  await signIn(page)
  let asked = 0
  await page.route(/\/token$/, (route) => {
    asked += 1
    return asked === 1 ? undefined : route.continue()
  })
  await page.reload()
  await expect.poll(() => asked).toBe(1)
  await page.reload()
  await expect(status(page)).toHaveText('signed in as ada')
  expect(page.url()).toBe(world.site.origin + PLACE)
})
