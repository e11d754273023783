import type { Page } from '@playwright/test'
import { PEOPLE } from '../demo/provider/people.ts'
import { expect, heading, signInToDemo, test } from './world/demo.ts'
import { expectNoSecrets } from './world/find-secrets.ts'
import { logged, refreshes } from './world/requests.ts'
import { roundTrip } from './world/round-trip.ts'
import { watchTokens } from './world/watch-tokens.ts'

const notes = (page: Page) => page.getByRole('main').getByRole('listitem')
const landing = (page: Page) => page.getByRole('heading', { name: 'A page of your own, and only yours.' })

for (const { id, name } of PEOPLE) {
  test(`${name} signs in to the demo, sees notes of her own, and signs out`, async ({ page, demo }) => {
    await page.goto(demo.url)
    await expect(landing(page)).toBeVisible()
    await signInToDemo(page, demo, id)
    await expect(page.getByRole('banner')).toContainText(name)
    await expect(notes(page)).toHaveCount(4)
    await expect(notes(page).filter({ hasText: id === 'ada' ? 'Jacquard' : 'moth' })).toHaveCount(1)
    expect(page.url()).toBe(demo.url)

    await roundTrip(page, 'Sign out')
    await expect(landing(page)).toBeVisible()
    await page.goBack()
    await expect(heading(page)).toHaveCount(0)
  })
}

test('a wrong password, then Cancel: the demo says what the provider said', async ({ page, demo }) => {
  await page.goto(demo.url)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByLabel('User name').fill('ada')
  await page.getByLabel('Password').fill('wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert')).toHaveText('That user name and password don’t belong together.')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByRole('alert')).toContainText('access_denied: The sign-in was cancelled.')
  await expect(page.getByRole('alert')).toContainText('provider_error')
  expect(page.url()).toBe(demo.url)
})

test('a note is added and deleted', async ({ page, demo }) => {
  await signInToDemo(page, demo)
  await page.getByLabel('New note').fill('Buy <b>ink</b> & paper')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  const note = notes(page).filter({ hasText: 'Buy <b>ink</b> & paper' })
  await expect(note).toHaveAttribute('aria-busy', 'false')
  await expect(notes(page)).toHaveCount(5)
  await note.getByRole('button').click()
  await expect(notes(page)).toHaveCount(4)
  await expect(note).toHaveCount(0)
})

test('deleting all notes wants a recent sign-in, comes back to the question, and deletes only when told to', async ({
  page,
  demo,
}) => {
  await signInToDemo(page, demo)
  // The sign-in is more than a minute old: the API says so as it would then.
  await page.route(
    `${demo.api.url}notes`,
    (route) =>
      route.request().method() === 'DELETE'
        ? route.fulfill({
            status: 401,
            headers: {
              'Access-Control-Allow-Origin': new URL(demo.url).origin,
              'Access-Control-Expose-Headers': 'WWW-Authenticate',
              'WWW-Authenticate': 'Bearer error="insufficient_user_authentication", max_age="60"',
            },
          })
        : route.fallback(),
    { times: 1 },
  )
  await page.getByRole('button', { name: 'Delete all…' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('Delete all 4 notes?')
  await dialog.getByRole('button', { name: 'Delete all' }).click()
  await expect(dialog).toContainText('Please confirm it’s you')
  await expect(notes(page)).toHaveCount(4)

  const asked = page.waitForRequest((request) => new URL(request.url()).pathname === '/auth')
  await dialog.getByRole('button', { name: 'Confirm it’s me' }).click()
  expect(new URL((await asked).url()).searchParams.get('max_age')).toBe('60')
  await expect(dialog).toContainText('Thank you, it’s you.')
  await expect(notes(page)).toHaveCount(4)
  expect(page.url()).toBe(demo.url)
  await dialog.getByRole('button', { name: 'Delete all' }).click()
  await expect(notes(page)).toHaveCount(0)
})

test('who has just signed in deletes all notes, or keeps them, without another sign-in', async ({ page, demo }) => {
  await signInToDemo(page, demo)
  await page.getByRole('button', { name: 'Delete all…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Keep them' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(notes(page)).toHaveCount(4)
  await page.getByRole('button', { name: 'Delete all…' }).click()
  await dialog.getByRole('button', { name: 'Delete all' }).click()
  await expect(page.getByText('Nothing here yet.')).toBeVisible()
  await expect(notes(page)).toHaveCount(0)
})

test('“Expire now” costs one refresh, and the notes never flicker', async ({ page, demo }) => {
  await signInToDemo(page, demo)
  await expect(notes(page)).toHaveCount(4)
  await page.getByRole('button', { name: 'Expire now' }).click()
  await expect(page.getByText('1 silent refresh', { exact: true })).toBeVisible()
  await expect(notes(page)).toHaveCount(4)
  await expect(page.getByRole('alert')).toHaveCount(0)
  expect(refreshes(demo.provider)).toHaveLength(1)
})

test('“API says 401” ends in a plain error without a loop, and can be taken back', async ({ page, demo }) => {
  await signInToDemo(page, demo)
  await expect(notes(page)).toHaveCount(4)
  const trouble = page.getByRole('button', { name: 'API says 401' })
  await trouble.click()
  await expect(page.getByRole('alert')).toContainText('You are still signed in.')
  expect(refreshes(demo.provider)).toHaveLength(1)
  await trouble.click()
  await expect(page.getByRole('alert')).toHaveCount(0)
  await expect(notes(page)).toHaveCount(4)
})

test('“Provider down” signs nobody out, and passes by itself', async ({ page, demo }) => {
  await page.clock.install()
  await signInToDemo(page, demo)
  await expect(notes(page)).toHaveCount(4)
  await page.getByRole('button', { name: 'Provider down' }).click()
  await expect(page.getByRole('button', { name: /^Down, \d+ s$/ })).toBeDisabled()
  await expect.poll(() => logged(demo.provider, '/token').map((entry) => entry.status)).toContain(503)
  await expect(page.getByRole('alert')).toContainText('You are still signed in')
  await expect(heading(page)).toBeVisible()
  await expect(notes(page)).toHaveCount(4)

  demo.provider.control.down(0)
  await page.clock.fastForward(70_000) // no attempt is further away, as the notes are asked for all the time
  await expect.poll(() => refreshes(demo.provider).map((entry) => entry.status)).toEqual([200])
  await expect
    .poll(async () => {
      await page.clock.runFor(1_000)
      return page.getByRole('alert').count()
    })
    .toBe(0)
  await expect(notes(page)).toHaveCount(4)
})

test('the demo shows its claims and the wire, and no token anywhere', async ({ page, demo }) => {
  const traffic = await watchTokens(page)
  await signInToDemo(page, demo)
  await expect(notes(page)).toHaveCount(4)
  await page.getByRole('button', { name: 'Expire now' }).click()
  await expect(page.getByText('1 silent refresh', { exact: true })).toBeVisible()
  await expect(page.getByRole('list', { name: 'On the wire' })).toContainText('authorization_code')
  await expect(page.getByRole('list', { name: 'On the wire' })).toContainText('refresh_token')
  await expect(page.getByRole('complementary')).toContainText('ada@demo.example')
  await expectNoSecrets(page, traffic)
})

test('the Vue page signs in, adds a note and signs out', async ({ page, demo }) => {
  await signInToDemo(page, demo, 'grace', 'vue.html')
  await expect(page.getByRole('main').getByText('Grace Hopper')).toBeVisible()
  await expect(notes(page)).toHaveCount(4)
  await page.getByLabel('New note').fill('From Vue')
  await page.getByRole('button', { name: 'Add' }).click()
  await expect(notes(page)).toHaveCount(5)
  expect(page.url()).toBe(`${demo.url}vue.html`)
  await roundTrip(page, 'Sign out')
  await expect(landing(page)).toBeVisible()
  expect(page.url()).toBe(`${demo.url}vue.html`)
  expect(logged(demo.provider, '/session/end')).toHaveLength(1)
})

test('L03 the demo is served with its security headers', async ({ page, demo }) => {
  const response = await page.goto(demo.url)
  const headers = response?.headers() ?? {}
  expect(headers['content-security-policy']).toContain("default-src 'none'")
  expect(headers['content-security-policy']).toContain("frame-ancestors 'self'")
  expect(headers['content-security-policy']).toContain("require-trusted-types-for 'script'")
  expect(headers['content-security-policy']).not.toMatch(/unsafe/)
  expect(headers['referrer-policy']).toBe('no-referrer')
  expect(headers['x-content-type-options']).toBe('nosniff')
})
