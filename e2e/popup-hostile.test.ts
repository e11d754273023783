import type { Page } from '@playwright/test'
import { expect, signIns, status, test } from './world/popup.ts'
import { startRecorder } from './world/recorder.ts'
import { exchanges } from './world/requests.ts'
import { fillIn } from './world/sign-in.ts'

/** A page of another origin. */
async function stranger() {
  const { origin, close } = await startRecorder((_request, response) => {
    response.setHeader('Content-Type', 'text/html')
    response.end('<!doctype html><title>Stranger</title>')
  })
  return { url: `${origin}/`, close }
}

/** The state of the login that is under way, which a script of the same origin can find. */
const stateOf = (page: Page) =>
  page.evaluate(() => {
    const name = Object.keys(localStorage).find((key) => key.includes('popup'))
    return String(name?.split(' ').at(-1))
  })

test('K04 a window that goes elsewhere is given up after ten minutes, and the page stays as it is', async ({
  page,
  open,
  openWindow,
}) => {
  await page.clock.install()
  await open({}, '/notes/7')
  const url = page.url()
  // From here on only the test moves it: ten minutes are ten minutes, however long everything else takes.
  await page.clock.pauseAt(Date.now() + 1_000)
  const popup = await openWindow()
  const elsewhere = await stranger()
  await popup.goto(elsewhere.url)
  await page.clock.runFor(595_000)
  expect(await signIns(page)).toEqual(['under way'])
  await page.clock.runFor(10_000)
  await expect.poll(() => signIns(page)).toEqual(['callback_expired'])
  expect(page.url()).toBe(url)
  expect(await page.evaluate(() => window.boots)).toBe(1)
  await expect(status(page)).toHaveText('signed out')
  await elsewhere.close()
})

test('K01 K02 messages of windows are not listened to, whoever sends them', async ({
  page,
  context,
  open,
  openWindow,
  world,
}) => {
  await open()
  const popup = await openWindow()
  const state = await stateOf(page)
  const messages = [
    { query: `?code=7&state=${state}` },
    { type: 'authorization_response', response: { code: '7', state } },
    { code: '7', state },
    `?code=7&state=${state}`,
  ]
  // From a page of another origin that the app's own window has opened, and from this origin.
  const elsewhere = await stranger()
  const opened = context.waitForEvent('page')
  await page.evaluate((url) => void window.open(url), elsewhere.url)
  const hostile = await opened
  await hostile.waitForURL(elsewhere.url)
  for (const sender of [hostile, page])
    await sender.evaluate((all) => {
      for (const message of all) (window.opener ?? window).postMessage(message, '*')
    }, messages)
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)))
  expect(await signIns(page)).toEqual(['under way'])
  expect(exchanges(world.provider)).toEqual([])
  await fillIn(popup, 'ada')
  await expect(status(page)).toHaveText('signed in as ada')
  expect(exchanges(world.provider)).toHaveLength(1)
  await elsewhere.close()
})

test('K01 K09 a script of this origin that posts what is no answer to this login changes nothing', async ({
  page,
  open,
  openWindow,
  world,
}) => {
  await open()
  const popup = await openWindow()
  const state = await stateOf(page)
  const heard = await page.evaluate(async (state) => {
    const other = state.toLowerCase()
    const channel = new BroadcastChannel(`latchkey popup ${state}`)
    const heard: unknown[] = []
    channel.onmessage = ({ data }) => heard.push(data)
    const query = `?code=7&state=${other}`
    for (const forged of [null, 'taken', 7, {}, { query: null }, { query: '' }, { query }, { query: [query] }])
      channel.postMessage(forged)
    new BroadcastChannel(`latchkey popup ${other}`).postMessage({ query: `?code=7&state=${state}` })
    // Another channel, so that all of the above has been delivered when this comes back.
    const [one, two] = [new BroadcastChannel('echo'), new BroadcastChannel('echo')]
    await new Promise((resolve) => {
      two.onmessage = resolve
      one.postMessage('')
    })
    return heard
  }, state)
  expect(heard).toEqual([])
  expect(await signIns(page)).toEqual(['under way'])
  await fillIn(popup, 'ada')
  await expect(status(page)).toHaveText('signed in as ada')
  expect(exchanges(world.provider)).toHaveLength(1)
})

test('K09 a code that a script of this origin makes up signs nobody in', async ({ page, open, openWindow, world }) => {
  await open()
  const popup = await openWindow()
  const query = new URLSearchParams({ code: '7', state: await stateOf(page), iss: world.provider.url })
  await page.evaluate((query) => {
    const channel = new BroadcastChannel(`latchkey popup ${new URLSearchParams(query).get('state')}`)
    channel.postMessage({ query })
  }, `?${query}`)
  await expect.poll(() => signIns(page)).toEqual(['provider_error'])
  await expect(status(page)).toHaveText('signed out')
  await fillIn(popup, 'ada')
  await expect(status(popup)).toHaveText('signed out: callback_invalid')
})

test('K04 what is loaded in the window cannot send the page elsewhere', async ({ page, open, openWindow, world }) => {
  await open()
  const popup = await openWindow()
  expect(await popup.evaluate(() => window.opener)).toBeNull()
  expect(page.url()).toBe(`${world.site.origin}/`)
})
