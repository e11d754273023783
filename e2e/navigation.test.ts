import { exchanges, refreshes } from './world/requests.ts'
import { fillIn, leaveForLogin, signIn } from './world/sign-in.ts'
import { expect, status, test } from './world/test.ts'

test('B09 back to the provider, and forward again, makes no second exchange and no loop', async ({
  page,
  open,
  world,
}) => {
  await open({ restore: [] })
  await signIn(page)
  await page.goBack()
  await page.goForward()
  await expect(status(page)).toHaveText('signed out')
  expect(exchanges(world.provider)).toHaveLength(1)
  expect(page.url()).toBe(`${world.site.origin}/`)
})

test('back from the login form leaves the app usable, and the next login works', async ({ page, open, world }) => {
  await open()
  await leaveForLogin(page)
  await page.goBack()
  await expect(status(page)).toHaveText('signed out')
  await signIn(page)
  expect(exchanges(world.provider)).toHaveLength(1)
})

test('I14 a reload that looks nowhere signs out, and one click signs in again without a password', async ({
  page,
  open,
  world,
}) => {
  await open({ restore: [] })
  await signIn(page)
  await page.reload()
  await expect(status(page)).toHaveText('signed out')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(status(page)).toHaveText('signed in as ada')
  expect(exchanges(world.provider)).toHaveLength(2)
  expect(refreshes(world.provider)).toEqual([])
})

test('B11 C31 a reload while the code is exchanged is a clean signed-out start without a second exchange', async ({
  page,
  open,
  world,
}) => {
  await open()
  await leaveForLogin(page)
  let asked = 0
  await page.route(/\/token$/, async (route) => {
    asked += 1
    if (asked > 1) await route.continue() // the first is never answered
  })
  await fillIn(page, 'ada')
  await expect.poll(() => asked).toBe(1)
  expect(page.url()).toBe(`${world.site.origin}/`)
  await page.reload()
  await expect(status(page)).toHaveText('signed out')
  expect(exchanges(world.provider)).toEqual([])
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(status(page)).toHaveText('signed in as ada')
})

for (const order of ['first', 'last'] as const) {
  test(`A21 two tabs sign in at once, and the one that began ${order} finishes first`, async ({
    page,
    open,
    world,
    context,
  }) => {
    await open()
    const other = await context.newPage()
    await other.goto(world.site.origin)
    await leaveForLogin(page)
    await leaveForLogin(other)
    for (const tab of order === 'first' ? [page, other] : [other, page]) {
      await fillIn(tab, 'ada')
      await expect(status(tab)).toHaveText('signed in as ada')
    }
    expect(exchanges(world.provider)).toHaveLength(2)
    for (const tab of [page, other]) await expect(status(tab)).toHaveText('signed in as ada')
  })
}

test('A20 a double click on sign-in begins one login', async ({ page, open, world }) => {
  await open()
  const asked: string[] = []
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === '/auth') asked.push(request.url())
  })
  await page.getByRole('button', { name: 'Sign in' }).dblclick()
  await expect(page.getByLabel('Password')).toBeVisible()
  expect(asked).toHaveLength(1)
  await fillIn(page, 'ada')
  await expect(status(page)).toHaveText('signed in as ada')
  expect(exchanges(world.provider)).toHaveLength(1)
})
