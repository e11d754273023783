import type { OpenerPolicy } from './world/coop.ts'
import { addButton, expect, pressButton, signIns, status, test } from './world/popup.ts'
import { exchanges } from './world/requests.ts'
import { fillIn } from './world/sign-in.ts'

const CUTTING_OFF: readonly OpenerPolicy[] = ['same-origin-allow-popups', 'same-origin']

test('K03 a window that is closed by hand is noticed by itself, and another can be opened', async ({
  page,
  open,
  openWindow,
}) => {
  await page.clock.install()
  await open()
  const popup = await openWindow()
  // Long enough for the page to have looked.
  await page.clock.runFor(2_000)
  await popup.close()
  await expect.poll(() => signIns(page)).toEqual(['popup_closed'])
  await expect(status(page)).toHaveText('signed out')
  await fillIn(await openWindow(), 'ada')
  await expect(status(page)).toHaveText('signed in as ada')
})

for (const providerPolicy of CUTTING_OFF)
  test.describe(`a provider of ${providerPolicy}`, () => {
    test.use({ providerPolicy })

    test('K03 a window that is closed by hand is noticed once the person is back', async ({
      page,
      open,
      openWindow,
    }) => {
      await open()
      const popup = await openWindow()
      await popup.close()
      await page.mouse.click(5, 5)
      await expect.poll(() => signIns(page)).toEqual(['popup_closed'])
      await expect(status(page)).toHaveText('signed out')
    })

    test('K03 a window that is open and looks closed may answer late', async ({ page, open, openWindow, world }) => {
      await open()
      const popup = await openWindow()
      await page.keyboard.press('Shift')
      await expect.poll(() => signIns(page)).toEqual(['popup_closed'])
      const closed = popup.waitForEvent('close')
      await fillIn(popup, 'ada')
      await closed
      await expect(status(page)).toHaveText('signed in as ada')
      expect(exchanges(world.provider)).toHaveLength(1)
    })

    test('K03 a window that looks closed is waited for as long as nobody is back', async ({
      page,
      open,
      openWindow,
    }) => {
      await page.clock.install()
      await open()
      const popup = await openWindow()
      await page.clock.runFor(300_000)
      expect(await signIns(page)).toEqual(['under way'])
      await fillIn(popup, 'ada')
      await expect(status(page)).toHaveText('signed in as ada')
      await expect.poll(() => signIns(page)).toEqual(['done'])
    })
  })

for (const providerPolicy of ['unsafe-none', ...CUTTING_OFF] as const)
  test.describe(`a page that is gone, a provider of ${providerPolicy}`, () => {
    test.use({ providerPolicy })

    test('K03 the window refuses the callback, is left open, and can sign in by itself', async ({
      page,
      open,
      openWindow,
      world,
    }) => {
      await open()
      const popup = await openWindow()
      await page.reload()
      await fillIn(popup, 'ada')
      await expect(status(popup)).toHaveText('signed out: callback_invalid')
      expect(exchanges(world.provider)).toEqual([])
      expect(popup.url()).toBe(`${world.site.origin}/`)
      await expect(status(page)).toHaveText('signed out')
      await popup.getByRole('button', { name: 'Sign in' }).click()
      await expect(status(popup)).toHaveText('signed in as ada')
    })
  })

test('K03 a page that is put away waits for nothing, and what comes back in the window is refused there', async ({
  page,
  open,
  openWindow,
  world,
}) => {
  await open()
  const popup = await openWindow()
  await page.evaluate(() => window.harness.auth.dispose())
  await expect.poll(() => signIns(page)).toEqual(['popup_closed'])
  await fillIn(popup, 'ada')
  await expect(status(popup)).toHaveText('signed out: callback_invalid')
  expect(exchanges(world.provider)).toEqual([])
})

test('K03 a window that the browser does not open is refused at once, and a click opens one', async ({
  page,
  open,
  playwright,
  world,
}) => {
  const browser = await playwright.chromium.launch({
    ...test.info().project.use.launchOptions,
    ignoreDefaultArgs: ['--disable-popup-blocking'],
  })
  await open()
  const options = await page.evaluate(() => window.harnessOptions)
  const context = await browser.newContext()
  await context.addInitScript((all) => {
    window.harnessOptions = all
  }, options)
  const strict = await context.newPage()
  await strict.goto(world.site.origin)
  await expect(status(strict)).toHaveText('signed out')
  await addButton(strict)
  await strict.evaluate(() => {
    // One click is good for one window.
    window.open('')?.close()
    for (const button of document.querySelectorAll('button')) if (button.textContent === 'Stay here') button.click()
  })
  await expect.poll(() => signIns(strict)).toEqual(['popup_blocked'])
  expect(context.pages()).toEqual([strict])
  const opened = context.waitForEvent('page')
  await pressButton(strict)
  await fillIn(await opened, 'ada')
  await expect(status(strict)).toHaveText('signed in as ada')
  await browser.close()
})
