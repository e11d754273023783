import { call } from '../world/call.ts'
import { lose, markerIn, steps, watchJourney } from '../world/ladder.ts'
import { logged } from '../world/requests.ts'
import { signIn } from '../world/sign-in.ts'
import { expect, status, test } from '../world/test.ts'

test.use({ home: 'shared-worker' })

test('I14 a reload of the only tab asks nobody and goes nowhere: the worker has lived on', async ({
  page,
  open,
  world,
}) => {
  await open({}, '/notes/7?sort=new#top')
  await signIn(page)
  await call(page, `${world.api.url}me`) // the API knows the provider's keys from here on
  world.provider.log.clear()
  const journey = watchJourney(page)
  for (const times of [1, 2, 3]) {
    await page.reload()
    await expect(status(page)).toHaveText('signed in as ada')
    expect(await steps(page)).toEqual(['vault'])
    expect(await call(page, `${world.api.url}me`)).toMatchObject({ status: 200 })
    expect(journey).toHaveLength(times)
  }
  expect(world.provider.log.entries()).toEqual([])
  expect(page.url()).toBe(`${world.site.origin}/notes/7?sort=new#top`)
})

test('a second tab is signed in at once, and asks nobody', async ({ page, open, world, context }) => {
  await open()
  await signIn(page)
  await call(page, `${world.api.url}me`) // the API knows the provider's keys from here on
  world.provider.log.clear()
  const other = await context.newPage()
  await other.goto(world.site.origin)
  await expect(status(other)).toHaveText('signed in as ada')
  expect(await steps(other)).toEqual(['vault'])
  await page.close()
  expect(await call(other, `${world.api.url}me`)).toMatchObject({ status: 200 })
  expect(world.provider.log.entries()).toEqual([])
})

test('I14 a worker that has died is no living one: the next rung finds the session', async ({ page, open, world }) => {
  await open()
  await signIn(page)
  expect(await markerIn(page)).toEqual(['1'])
  await lose(page)
  await expect(status(page)).toHaveText('signed in as ada')
  expect(await steps(page)).toContain('frame')
  expect(logged(world.provider, '/token', 'authorization_code')).toHaveLength(2)
})
