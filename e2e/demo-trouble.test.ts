import type { Page } from '@playwright/test'
import type { Home } from '../demo/app/auth/home.ts'
import { expect, goAndSignIn, signInToDemo, test } from './world/demo.ts'
import { logged, refreshes } from './world/requests.ts'

const notes = (page: Page) => page.getByRole('main').getByRole('listitem')
const reconnecting = (page: Page) => page.getByRole('status').filter({ hasText: 'Reconnecting…' })
const tryAgain = (page: Page) => reconnecting(page).getByRole('button', { name: 'Try again' })
const timeline = (page: Page) => page.getByRole('list', { name: 'What happened to the session' })
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

async function open(page: Page, demo: Parameters<typeof signInToDemo>[1], home: Home) {
  await signInToDemo(page, demo, 'ada', `?home=${home}`)
  await expect(notes(page)).toHaveCount(4)
}

/** “Try again”, for as long as there is such a button: an attempt that is under way already may meet the fault as well. */
const hurry = (page: Page) =>
  expect(async () => {
    if (await tryAgain(page).isVisible()) await tryAgain(page).click({ timeout: 500 })
    await expect(reconnecting(page)).toHaveCount(0, { timeout: 500 })
  }).toPass()

/** Renewing works again, nobody was signed out, and the notes come and go with the new token. */
async function expectRecovered(page: Page) {
  await expect(reconnecting(page)).toHaveCount(0)
  await expect(timeline(page)).toContainText(/Renewed after \d+ s. Still signed in./)
  await expect(page.getByRole('alert')).toHaveCount(0)
  await page.getByLabel('New note').fill('After the trouble')
  await press(page, 'Add')
  await expect(notes(page).filter({ hasText: 'After the trouble' })).toHaveAttribute('aria-busy', 'false')
  await expect(notes(page)).toHaveCount(5)
}

test('G11 “Provider down”: reconnecting, until “Try again” finds it up', async ({ page, demo }) => {
  await open(page, demo, 'worker')
  await press(page, 'Provider down')
  await expect(reconnecting(page)).toContainText('You are still signed in.')
  await expect(timeline(page)).toContainText('Renewing failed: network.')
  demo.provider.control.play('down', 0)
  await hurry(page)
  await expectRecovered(page)
})

test('G13 “Offline”: reconnecting, until the browser says that it is online', async ({ page, demo }) => {
  await open(page, demo, 'shared-worker')
  await press(page, 'Offline')
  await expect(reconnecting(page)).toContainText('You are still signed in.')
  await tryAgain(page).click()
  await expect(timeline(page)).toContainText('Tried again: network.')
  expect(refreshes(demo.provider)).toEqual([])
  await press(page, 'Go online')
  await expectRecovered(page)
})

test('G14 “Provider slow”: given up after the time limit, and asked again', async ({ page, demo }) => {
  await page.clock.install()
  await open(page, demo, 'page')
  await press(page, 'Provider slow')
  await expect(page.getByText('tokens refreshing')).toBeVisible()
  await page.clock.runFor(5_000)
  await expect(reconnecting(page)).toContainText('The sign-in service takes too long to answer.')
  demo.provider.control.play('slow', 0)
  await hurry(page)
  await expectRecovered(page)
})

test('C23 G11 “Provider busy”: left alone for as long as it asks for', async ({ page, demo }) => {
  await page.clock.install()
  await open(page, demo, 'page')
  const refused = page.waitForResponse((response) => response.status() === 429)
  await press(page, 'Provider busy')
  await refused
  demo.provider.control.play('busy', 0)
  await tryAgain(page).click()
  await expect
    .poll(async () => {
      await page.clock.runFor(1_000)
      return reconnecting(page).count()
    })
    .toBe(0)
  await expectRecovered(page)
  expect(logged(demo.provider, '/token').map(({ status }) => status)).toEqual([200, 429, 200])
})

test('G17 “Answer lost”: the refresh token is spent, and a hidden frame finds the session', async ({ page, demo }) => {
  await open(page, demo, 'worker')
  await press(page, 'Answer lost')
  await expect(reconnecting(page)).toBeVisible()
  await hurry(page)
  await expectRecovered(page)
  const asked = logged(demo.provider, '/token').map(({ grant_type, status, error }) => [grant_type, status, error])
  expect(asked).toEqual([
    ['authorization_code', 200, undefined],
    ['refresh_token', 200, undefined],
    ['refresh_token', 400, 'invalid_grant'],
    ['authorization_code', 200, undefined],
  ])
})

test('G23 “Clock wrong”: nobody is signed out, and a new sign-in says that a clock is wrong', async ({
  page,
  demo,
}) => {
  await open(page, demo, 'shared-worker')
  await press(page, 'Clock wrong')
  await expect(timeline(page).getByRole('listitem')).toContainText(['Token renewed.', 'an hour behind', 'Signed in.'])
  await press(page, 'Sign out')
  await page.getByText('Notes asks to sign you out').waitFor()
  await press(page, 'Sign out')

  await goAndSignIn(page)
  await expect(page.getByRole('alert')).toContainText('a clock is wrong')
  await press(page, 'Set it right')
  await press(page, 'Sign in')
  await expect(notes(page)).toHaveCount(4)

  await press(page, 'Clock wrong')
  await expect(timeline(page).getByRole('listitem').first()).toContainText('Token renewed.')
  await press(page, '1 hour behind')
  await expect(timeline(page).getByRole('listitem')).toContainText(['Token renewed.', 'an hour ahead', '', '', ''])
  await expect(page.getByRole('button', { name: '1 hour ahead' })).toHaveAttribute('aria-pressed', 'true')
  expect(refreshes(demo.provider).map(({ status }) => status)).toEqual([200, 200, 200])
  await expect(notes(page)).toHaveCount(4)
})

test('G11 the Vue page says as much, and comes back', async ({ page, demo }) => {
  await signInToDemo(page, demo, 'grace', 'vue.html?home=shared-worker')
  await expect(notes(page)).toHaveCount(4)
  await press(page, 'Provider down')
  await expect(reconnecting(page)).toContainText('You are still signed in.')
  demo.provider.control.play('down', 0)
  await hurry(page)
  await expect(timeline(page)).toContainText(/Renewed after \d+ s. Still signed in./)
  await page.getByLabel('New note').fill('After the trouble')
  await press(page, 'Add')
  await expect(notes(page)).toHaveCount(5)
  await expect(page.getByRole('alert')).toHaveCount(0)
})
