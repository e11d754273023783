import type { Page } from '@playwright/test'
import { HOMES, type Home } from '../demo/app/auth/home.ts'
import { PASSWORD } from '../demo/provider/people.ts'
import { expect, heading, signInToDemo, test } from './world/demo.ts'
import { expectNoSecrets } from './world/find-secrets.ts'
import { logged, refreshes } from './world/requests.ts'
import { watchTokens } from './world/watch-tokens.ts'

const notes = (page: Page) => page.getByRole('main').getByRole('listitem')
const landing = (page: Page) => page.getByRole('heading', { name: 'A page of your own, and only yours.' })
const tabs = (page: Page) => page.getByRole('list', { name: 'Open tabs' }).getByRole('listitem')
const steps = (page: Page) => page.getByRole('list', { name: 'How this page came in' }).getByRole('listitem')
const switchOf = (page: Page) => page.getByRole('navigation', { name: 'Where the tokens live' })

/** What a reload costs in each home, with the provider on the same site. */
const WAYS: Readonly<Record<Home, readonly string[]>> = {
  page: ['page loads', 'hidden frame', 'signed in'],
  worker: ['page loads', 'asks the worker', 'hidden frame', 'signed in'],
  'shared-worker': ['page loads', 'asks the worker', 'signed in'],
}

async function openAnotherTab(page: Page): Promise<Page> {
  const [other] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('link', { name: 'Open another tab' }).click(),
  ])
  return other
}

for (const { home, name } of HOMES) {
  test.describe(name, () => {
    test('signs in, says where the tokens are, renews them, and a reload finds the session', async ({ page, demo }) => {
      await signInToDemo(page, demo, 'ada', `?home=${home}`)
      expect(page.url()).toBe(`${demo.url}?home=${home}`)
      await expect(switchOf(page).locator('[aria-current]')).toHaveText(name)
      await expect(page.getByText(`in use: ${name}`)).toBeVisible()
      await expect(notes(page)).toHaveCount(4)
      await expect(page.getByRole('list', { name: 'On the wire' })).toContainText('authorization_code')

      await page.getByRole('button', { name: 'Expire now' }).click()
      await expect(page.getByText('1 silent refresh', { exact: true })).toBeVisible()
      expect(refreshes(demo.provider)).toHaveLength(1)

      const asked = logged(demo.provider, '/auth').length
      await page.getByRole('button', { name: 'Reload' }).click()
      await expect(steps(page)).toHaveText(WAYS[home])
      await expect(notes(page)).toHaveCount(4)
      expect(logged(demo.provider, '/auth')).toHaveLength(asked + (home === 'shared-worker' ? 0 : 1))
      expect(page.url()).toBe(`${demo.url}?home=${home}`)
    })

    test('a second tab comes in by itself, both list both, and a sign-out in one is seen in the other', async ({
      page,
      demo,
    }) => {
      await signInToDemo(page, demo, 'ada', `?home=${home}`)
      const other = await openAnotherTab(page)
      await expect(heading(other)).toBeVisible()
      await expect(other).toHaveTitle('Notes · Tab 2')
      for (const tab of [page, other]) {
        await expect(tabs(tab)).toHaveCount(2)
        await expect(tabs(tab).filter({ hasText: 'Ada Lovelace' })).toHaveCount(2)
        await expect(tabs(tab).filter({ hasText: name })).toHaveCount(2)
      }
      await other.getByRole('button', { name: 'Sign out' }).click()
      // A worker keeps the ID token to itself, so that the provider asks who it is that wants to leave.
      if (home !== 'page') {
        await other.getByText('Notes asks to sign you out').waitFor()
        await other.getByRole('button', { name: 'Sign out' }).click()
      }
      await expect(landing(other)).toBeVisible()
      await expect(landing(page)).toBeVisible()
      for (const tab of [page, other]) await expect(tabs(tab).filter({ hasText: 'signed out' })).toHaveCount(2)
    })

    test('a popup signs in, and this page stays where it is', async ({ page, demo }) => {
      await page.goto(`${demo.url}?home=${home}`)
      await page.evaluate(() => {
        document.body.dataset.visit = 'the first'
      })
      const [popup] = await Promise.all([
        page.waitForEvent('popup'),
        page.getByRole('button', { name: 'Use a popup' }).click(),
      ])
      await popup.getByLabel('User name').fill('grace')
      await popup.getByLabel('Password').fill(PASSWORD)
      const closed = popup.waitForEvent('close')
      await popup.getByRole('button', { name: 'Sign in' }).click()
      await closed
      await expect(page.getByRole('banner')).toContainText('Grace Hopper')
      await expect(notes(page)).toHaveCount(4)
      await expect(page.locator('body')).toHaveAttribute('data-visit', 'the first')
    })

    test(`a thief in the page ${home === 'page' ? 'leaves with every token' : 'finds no token'}`, async ({
      page,
      demo,
    }) => {
      const traffic = await watchTokens(page)
      await signInToDemo(page, demo, 'ada', `?home=${home}`)
      await expect(notes(page)).toHaveCount(4)
      await page.getByRole('button', { name: 'Let a thief in' }).click()
      const loot = page.getByRole('complementary').getByRole('status')
      if (home === 'page') {
        await expect(loot).toContainText('Page: it leaves with access token, refresh token, and ID token.')
        await expect(loot.getByText('Every object in reach').locator('..')).toContainText('no token')
        await expectNoSecrets(page, traffic)
      } else {
        await expect(loot).toContainText(`${name}: it leaves without a token.`)
        await expect(loot).toContainText('Begging through the app’s own door')
      }
      await expect(loot).toContainText('It could use the app’s authFetch')
      expect(refreshes(demo.provider)).toHaveLength(1)
      // Nothing that it did has hurt the app.
      await page.getByLabel('New note').fill('After the thief')
      await page.getByRole('button', { name: 'Add', exact: true }).click()
      await expect(notes(page).filter({ hasText: 'After the thief' })).toHaveAttribute('aria-busy', 'false')
    })
  })
}

for (const { home, name } of HOMES) {
  const end = home === 'page' ? 'leaves with the code verifier as well' : 'finds nothing all the same'
  test(`${name}: a thief that was here before the app ${end}`, async ({ page, demo }) => {
    await signInToDemo(page, demo, 'ada', `?home=${home}`)
    await page.getByRole('button', { name: 'Let it in first' }).click()
    const loot = page.getByRole('complementary').getByRole('status')
    const secrets = /: it leaves with (?=.*access token)(?=.*refresh token)(?=.*ID token)(?=.*code verifier)/
    await expect(loot).toContainText(home === 'page' ? secrets : `${name}: it leaves without a token.`)
    await expect(steps(page)).toHaveText(WAYS[home])
    await page.reload()
    await expect(notes(page)).toHaveCount(4)
    await expect(loot).toHaveCount(0)
  })
}

test('the shared worker does not give its token to a script that asks for it in the library’s own words', async ({
  page,
  demo,
}) => {
  await signInToDemo(page, demo, 'ada', '?home=shared-worker')
  await page.getByRole('button', { name: 'Let a thief in' }).click()
  const asked = page.getByRole('complementary').getByRole('status').getByRole('listitem').filter({ hasText: 'Asking' })
  await expect(asked).toContainText('refused: configuration')
  await expect(asked).toContainText('no token')
})

test('the thief does hear a token that is posted, so its silence means something', async ({ page, demo }) => {
  await page.addInitScript(() => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = ({ data }) => data
    setInterval(
      () => port2.postMessage({ headers: [['authorization', `Bearer ${'not-a-real-token'.repeat(2)}`]] }),
      100,
    )
  })
  await signInToDemo(page, demo, 'ada', '?home=shared-worker')
  await page.getByRole('button', { name: 'Let a thief in' }).click()
  const loot = page.getByRole('complementary').getByRole('status')
  await expect(loot.getByRole('listitem').filter({ hasText: 'Messages, overheard' })).toContainText('access token')
  await expect(loot.getByRole('listitem').filter({ hasText: 'Network functions' })).toContainText('no token')
  await expect(loot).toContainText('Shared worker: it leaves with access token.')
})

test('the switch moves the tokens from one worker to another, and the person stays signed in', async ({
  page,
  demo,
}) => {
  await signInToDemo(page, demo, 'ada', '?home=worker')
  for (const name of ['Shared worker', 'Worker']) {
    await switchOf(page).getByRole('link', { name, exact: true }).click()
    await expect(page.getByText(`in use: ${name}`)).toBeVisible()
    await expect(notes(page)).toHaveCount(4)
  }
})

test('two tabs of the shared worker have one refresh between them', async ({ page, demo }) => {
  await signInToDemo(page, demo, 'ada', '?home=shared-worker')
  const other = await openAnotherTab(page)
  await expect(notes(other)).toHaveCount(4)
  await page.getByRole('button', { name: 'Expire now' }).click()
  for (const tab of [page, other]) await expect(tab.getByText('1 silent refresh', { exact: true })).toBeVisible()
  expect(refreshes(demo.provider)).toHaveLength(1)
  expect(logged(demo.provider, '/token', 'authorization_code')).toHaveLength(1)
})

test('the Vue page has the same homes', async ({ page, demo }) => {
  await signInToDemo(page, demo, 'grace', 'vue.html?home=shared-worker')
  await expect(page.getByText('in use: Shared worker')).toBeVisible()
  await expect(notes(page)).toHaveCount(4)
  await page.getByRole('button', { name: 'Reload' }).click()
  await expect(steps(page)).toHaveText(WAYS['shared-worker'])
  await expect(tabs(page)).toContainText(['Grace Hopper'])
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('Notes asks to sign you out').waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(landing(page)).toBeVisible()
  expect(page.url()).toBe(`${demo.url}vue.html`)
})
