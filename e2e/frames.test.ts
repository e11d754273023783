import type { Page } from '@playwright/test'
import { call } from './world/call.ts'
import { told } from './world/hostile.ts'
import { startRecorder } from './world/recorder.ts'
import { exchanges, logged, refreshes } from './world/requests.ts'
import { signIn } from './world/sign-in.ts'
import { expect, status, test } from './world/test.ts'

const framesIn = (page: Page) => page.evaluate(() => document.querySelectorAll('iframe').length)

test.describe('a client without refresh tokens', () => {
  test.beforeEach(async ({ page, open }) => {
    await page.clock.install()
    await open({ clientId: 'notes-spa-frames', scope: 'openid profile email' })
    await signIn(page)
  })

  test('G33 K07 is renewed by a hidden frame in which no app starts, and which is gone afterwards', async ({
    page,
    world,
  }) => {
    const before = await page.evaluate(() => window.harness.auth.state)
    for (const times of [2, 3]) {
      await page.clock.fastForward(61_000)
      await expect.poll(() => exchanges(world.provider).length).toBe(times)
      await expect.poll(() => framesIn(page)).toBe(0)
      expect(await call(page, `${world.api.url}me`)).toMatchObject({ status: 200 })
    }
    expect(await page.evaluate(() => window.harness.auth.state)).not.toEqual(before)
    expect(await page.evaluate(() => window.boots)).toBe(1)
    expect(await told(page)).toEqual(['signed-in'])
    expect(refreshes(world.provider)).toEqual([])
    expect(page.url()).toBe(`${world.site.origin}/`)
    expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain('verifier')
  })

  test('G18 many callers at the end of the token share one frame and one exchange', async ({ page, world }) => {
    await page.clock.setSystemTime(Date.now() + 600_000)
    const statuses = await page.evaluate(async (url) => {
      const { authFetch } = window.harness.auth
      const responses = await Promise.all(Array.from({ length: 50 }, () => authFetch(url)))
      return responses.map((response) => response.status)
    }, `${world.api.url}me`)
    expect(statuses).toEqual(Array(50).fill(200))
    expect(exchanges(world.provider)).toHaveLength(2)
    expect(await framesIn(page)).toBe(0)
  })

  test('G33 A16 ends with a reason, once, when the provider no longer knows the person', async ({
    page,
    world,
    context,
  }) => {
    await context.clearCookies()
    await page.clock.fastForward(61_000)
    await expect(status(page)).toHaveText('signed out: login_required')
    expect(await told(page)).toEqual(['signed-in', 'signed-out'])
    await expect.poll(() => framesIn(page)).toBe(0)
    expect(exchanges(world.provider)).toHaveLength(1)
    const asked = logged(world.provider, '/auth').length
    await page.clock.fastForward(600_000)
    expect(await call(page, `${world.api.url}me`)).toEqual({ error: 'login_required' })
    expect(logged(world.provider, '/auth')).toHaveLength(asked)
    expect(page.url()).toBe(`${world.site.origin}/`)
    await signIn(page)
  })

  test('ends when somebody else is signed in at the provider by now', async ({ page, world, context }) => {
    const other = await context.newPage()
    await context.clearCookies()
    await other.goto(world.site.origin)
    await signIn(other, 'grace')
    await other.close()
    await page.clock.fastForward(61_000)
    await expect(status(page)).toHaveText('signed out: login_required')
    expect(logged(world.provider, '/token').at(-1)).toMatchObject({ status: 200, sub: 'grace' })
    expect(await call(page, `${world.api.url}me`)).toEqual({ error: 'login_required' })
  })

  test('G13 stays signed in while the provider is down, and is renewed afterwards', async ({ page, world }) => {
    await call(page, `${world.api.url}me`)
    world.provider.control.down(30)
    const refused = page.waitForResponse((response) => response.status() === 503 && /\/jwks$/.test(response.url()))
    await page.clock.fastForward(61_000)
    await refused
    await expect.poll(() => call(page, `${world.api.url}me`)).toEqual({ error: 'network' })
    await expect(status(page)).toHaveText('signed in as ada')
    world.provider.control.down(0)
    await page.clock.fastForward(100_000) // what it asked for, and no longer than that again
    await expect.poll(() => call(page, `${world.api.url}me`)).toMatchObject({ status: 200 })
    expect(await told(page)).toEqual(['signed-in', 'degraded', 'signed-in'])
  })
})

test.describe('in a frame of a stranger', () => {
  for (const host of ['stranger.localhost', 'localhost']) {
    test(`A23 no login starts, and the provider is asked for nothing (${host})`, async ({
      page,
      context,
      options,
      world,
    }) => {
      world.site.framable = true
      await context.addInitScript((all) => {
        window.harnessOptions = all
      }, options)
      const stranger = await strangerFraming(world.site.origin, host)
      await page.goto(stranger.url)
      const app = page.frameLocator('iframe')
      await expect(app.getByRole('status')).toHaveText('signed out')
      await app.getByRole('button', { name: 'Sign in' }).click()
      await expect(app.getByRole('status')).toHaveText('refused: configuration')
      expect(world.provider.log.entries()).toEqual([])
      await stranger.close()
    })
  }

  test('L03 the demo’s policy does not even let the app load', async ({ page, world }) => {
    const stranger = await strangerFraming(world.site.origin, 'stranger.localhost')
    const blocked = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'))
    await page.goto(stranger.url)
    expect((await blocked).type()).toBe('error')
    await expect(page.frameLocator('iframe').getByRole('status')).toHaveCount(0)
    await stranger.close()
  })
})

/** A page of another origin with the app in a frame. */
async function strangerFraming(url: string, host: string) {
  const { origin, close } = await startRecorder((_request, response) => {
    response.setHeader('Content-Type', 'text/html')
    response.end(`<!doctype html><title>Stranger</title><iframe src="${url}"></iframe>`)
  })
  return { url: origin.replace('localhost', host), close }
}
