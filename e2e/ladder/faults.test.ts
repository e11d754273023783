import { inEveryHome } from '../world/homes.ts'
import { lose, markerIn, watchJourney } from '../world/ladder.ts'
import { signIn } from '../world/sign-in.ts'
import { expect, status, test } from '../world/test.ts'

const PLACE = '/notes/7?sort=new#top'

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
