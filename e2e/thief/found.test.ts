import type { Page } from '@playwright/test'
import { answers } from 'latchkey/testing'
import { call } from '../world/call.ts'
import { expect, inEveryHome, status, test } from '../world/homes.ts'
import { callThatRefreshes } from '../world/hostile.ts'
import { type Loot, letIn, letInFirst, lootOf } from '../world/thief.ts'

const ENOUGH_OBJECTS = 5_000
/** Where something lies that nobody is using. */
const RESTING = [
  'objects',
  'cookies',
  'localStorage',
  'sessionStorage',
  'address',
  'history',
  'IndexedDB',
  'caches',
  'channels',
]
const places = (loot: Loot) => Object.values(loot).flat()

/** In the address that the callback came to. It is spent, and nothing without the verifier. */
const CODE = { code: ['navigation entries'] }
/** The page itself takes it off its URL and hands it to the worker. */
const CODE_ON_ITS_WAY = { code: ['messages', 'navigation entries', 'network'] }

inEveryHome((home) => {
  if (home === 'page') {
    test('a script that comes after the sign-in hears the tokens that the page uses', async ({
      page,
      hostile,
      visit,
      login,
    }) => {
      await visit()
      expect(await login()).toBe('signed in as ada')
      await letIn(page)
      await useTheApp(page, hostile)
      const loot = await lootOf(page, hostile.provider)
      expect(Object.keys(loot).sort()).toEqual(['ID token', 'access token', 'code', 'nonce', 'refresh token'])
      for (const kind of ['access token', 'refresh token'] as const) expect(loot[kind]).toContain('network')
      expect(places(loot).filter((place) => RESTING.includes(place))).toEqual([])
    })

    test('a script that is there before the app hears every token, and the verifier', async ({
      page,
      hostile,
      visit,
      login,
    }) => {
      await letInFirst(page)
      await visit()
      expect(await login()).toBe('signed in as ada')
      await useTheApp(page, hostile)
      const loot = await lootOf(page, hostile.provider)
      expect(Object.keys(loot).sort()).toEqual([
        'ID token',
        'access token',
        'code',
        'nonce',
        'refresh token',
        'verifier',
      ])
      for (const kind of ['access token', 'refresh token', 'verifier'] as const) expect(loot[kind]).toContain('network')
      expect(places(loot).filter((place) => RESTING.includes(place))).toEqual([])
    })
  } else {
    test('I01 I06 I08 a script that comes after the sign-in finds no token, no verifier and no nonce', async ({
      page,
      hostile,
      visit,
      login,
    }) => {
      await visit()
      expect(await login()).toBe('signed in as ada')
      await letIn(page)
      await useTheApp(page, hostile)
      expect(await lootOf(page, hostile.provider)).toEqual(CODE)
    })

    test('I01 I06 I08 a script that is there before the app finds no token, no verifier and no nonce', async ({
      page,
      hostile,
      visit,
      login,
    }) => {
      await letInFirst(page)
      await visit()
      expect(await login()).toBe('signed in as ada')
      await useTheApp(page, hostile)
      expect(await lootOf(page, hostile.provider)).toEqual(CODE_ON_ITS_WAY)
    })
  }

  test('I01 I06 a script that only looks, and replaces nothing, finds no token', async ({
    page,
    hostile,
    visit,
    login,
  }) => {
    await visit()
    expect(await login()).toBe('signed in as ada')
    await callThatRefreshes(page, hostile)
    await letIn(page)
    await page.evaluate(() => window.thief.stop())
    expect(await page.evaluate(() => window.thief.look())).toBeGreaterThan(ENOUGH_OBJECTS)
    expect(await lootOf(page, hostile.provider)).toEqual(CODE)
  })
})

/** Calls, refreshes and signs out, while the thief looks and listens. */
async function useTheApp(page: Page, hostile: Parameters<typeof callThatRefreshes>[1]): Promise<void> {
  expect(await page.evaluate(() => window.thief.look())).toBeGreaterThan(ENOUGH_OBJECTS)
  expect(await call(page, `${hostile.api}/notes`)).toMatchObject({ status: 200 })
  expect(await callThatRefreshes(page, hostile)).toMatchObject({ status: 200 })
  await page.evaluate(() => window.harness.auth.userInfo())
  await page.evaluate(() => window.thief.look())
  // An answer without content: the page stays, and the thief in it.
  hostile.provider.faults.endSession.always(answers(204))
  await page.evaluate(() => void window.harness.auth.logout())
  await expect(status(page)).toHaveText('signed out')
  await expect.poll(() => hostile.provider.requestsTo('endSession').length).toBe(1)
  await page.evaluate(() => window.thief.look())
}
