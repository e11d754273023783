import { exchanges, logged } from './world/requests.ts'
import { fillIn, leaveForLogin, signIn, signOut } from './world/sign-in.ts'
import { expect, status, test } from './world/test.ts'

test.use({ harnessPage: 'react' })

test('StrictMode runs effects twice, and the code is exchanged once', async ({ page, open, world }) => {
  await open()
  await leaveForLogin(page)
  await fillIn(page, 'ada')
  await expect(status(page)).toHaveText('signed in as ada')
  expect(await page.evaluate(() => window.harness.told.map((state) => state.status))).toEqual(['signed-in'])
  expect(exchanges(world.provider)).toHaveLength(1)
  expect(logged(world.provider, '/jwks')).toHaveLength(1)
  // Of the first render, StrictMode makes two: it is really on.
  expect(await page.evaluate(() => window.harness.renders)).toBeGreaterThanOrEqual(2)
})

test('signs out through useAuth()', async ({ page, open, world }) => {
  await open()
  await signIn(page, 'grace')
  await signOut(page)
  expect(logged(world.provider, '/session/end')).toHaveLength(1)
})
