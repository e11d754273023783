import type { Page } from '@playwright/test'
import { answers, breaks, type Fault, GRACE, hangs, redirects } from 'latchkey/testing'
import { call } from '../world/call.ts'
import { asked, expect, lifePasses, refreshes, status, stopTime, test, told } from '../world/hostile.ts'

// Short, so that the clock of one test can go past many an end and the last ID token is still good.
const LIFETIME = 20
test.use({ providerOptions: { refreshTokens: 'none', lifetime: LIFETIME } })

test.beforeEach(async ({ page, visit, login }) => {
  await page.clock.install()
  await recordMessages(page)
  await visit()
  await login()
})

test.afterEach(async ({ page }) => {
  await expect.poll(() => framesIn(page)).toBe(0)
  // K08: with no message there is no target that could be wrong.
  expect(await page.evaluate(() => (window as unknown as { posted: unknown[] }).posted)).toEqual([])
  expect(await page.evaluate(() => window.boots)).toBe(1)
})

const framesIn = (page: Page) => page.evaluate(() => document.querySelectorAll('iframe').length)

const SESSION_OVER = 'signed out: login_required'

/** Where the provider sends the frame, with something changed on it. */
const sendsBack =
  (change: (back: URL, asked: URL) => void): Fault =>
  async (request, normally) => {
    const back = new URL((await normally()).headers.get('location') ?? '')
    change(back, new URL(request.url))
    return new Response(null, { status: 302, headers: { location: back.href } })
  }

const page = (headers: Record<string, string> = {}) =>
  answers(200, '<!doctype html><title>Please sign in</title><form><input name="password"></form>', {
    'content-type': 'text/html',
    ...headers,
  })

const scripted = answers(
  200,
  `<!doctype html><script>
    parent.postMessage({ type: 'authorization_response', code: 'x', state: 'x' }, '*')
    top.location = 'about:blank'
    opener?.postMessage('x', '*')
  </script>`,
  { 'content-type': 'text/html' },
)

test('G33 K07 the hidden frame renews a session without refresh token: no app starts in it', async ({
  hostile,
  page,
}) => {
  await lifePasses(page, LIFETIME)
  await lifePasses(page, LIFETIME)
  expect(asked(hostile, 'token')).toBe(3)
  expect(refreshes(hostile)).toEqual([])
  const framed = hostile.provider.requestsTo('authorization').slice(1)
  expect(framed.map(({ url }) => url.searchParams.get('prompt'))).toEqual(['none', 'none'])
  for (const { form } of hostile.provider.requestsTo('token')) expect(`${form}`).not.toContain('undefined')
  expect(await told(page)).toEqual(['signed-in'])
})

const ENDS: readonly (readonly [name: string, fault: Fault])[] = [
  ['K05 X-Frame-Options', page({ 'x-frame-options': 'DENY' })],
  ['K05 frame-ancestors', page({ 'content-security-policy': "frame-ancestors 'none'" })],
  ['K05 a sign-in page', page()],
  ['K05 an error page', answers(500, '<h1>Sorry</h1>', { 'content-type': 'text/html' })],
  ['K05 a connection that breaks', breaks],
  ['K06 K08 a page that posts an answer and wants to be on top', scripted],
  ['K06 a code on another origin', redirects('/elsewhere?code=x&state=x')],
  ['K06 a stale state', sendsBack((back) => back.searchParams.set('state', 'A'.repeat(43)))],
  ['K06 no state', sendsBack((back) => back.searchParams.delete('state'))],
  ['K06 another issuer', sendsBack((back) => back.searchParams.set('iss', 'https://evil.example'))],
  ['K06 a code that is none', sendsBack((back) => back.searchParams.set('code', 'x'))],
  ['K06 the app itself', sendsBack((back) => Object.assign(back, { search: '' }))],
]

for (const row of ['K05', 'K06'])
  test(`${row} what comes to the hidden frame in place of an answer ends the session, and signs nobody in`, async ({
    hostile,
    page,
    login,
  }) => {
    const { authorization } = hostile.provider.faults
    for (const [name, fault] of ENDS.filter(([name]) => name.startsWith(row))) {
      await test.step(name, async () => {
        authorization.always(fault)
        await page.clock.fastForward(LIFETIME * 1000)
        await expect(status(page), name).toHaveText(SESSION_OVER)
        expect(await told(page), name).toEqual(['signed-in', 'signed-out'])
        expect(page.url(), name).toBe(`${hostile.site.origin}/`)
        expect(await framesIn(page), name).toBe(0)
        const before = hostile.arrivals.length
        expect(await call(page, `${hostile.api}/notes`), name).toEqual({ error: 'login_required' })
        expect(hostile.arrivals, name).toHaveLength(before)
        authorization.never()
        expect(await login(), name).toBe('signed in as ada')
      })
    }
  })

test('K05 a frame that never loads is given up, signs nobody out, and is tried again', async ({ hostile, page }) => {
  await stopTime(page)
  hostile.provider.faults.authorization.once(hangs)
  await page.clock.fastForward(LIFETIME * 1000)
  await expect.poll(() => asked(hostile, 'authorization')).toBe(2)
  await page.clock.runFor(10_000)
  await expect.poll(() => told(page)).toEqual(['signed-in', 'degraded'])
  expect(await page.evaluate(() => document.querySelectorAll('iframe').length)).toBe(0)
  await page.clock.fastForward(10_000)
  await expect.poll(() => told(page)).toEqual(['signed-in', 'degraded', 'signed-in'])
  expect(await call(page, `${hostile.api}/notes`)).toMatchObject({ status: 200 })
})

test('K05 G33 a provider that sees nobody in the frame ends the session, and a new login works', async ({
  hostile,
  page,
  login,
}) => {
  hostile.provider.signIn(undefined)
  await page.clock.fastForward(LIFETIME * 1000)
  await expect(status(page)).toHaveText(SESSION_OVER)
  expect(asked(hostile, 'token')).toBe(1)
  hostile.provider.signIn(GRACE)
  expect(await login()).toBe('signed in as grace')
})

test('K05 G13 a provider that is out of reach altogether signs nobody out', async ({ hostile, page }) => {
  const { authorization, jwks } = hostile.provider.faults
  for (const slot of [authorization, jwks]) slot.always(breaks)
  await page.clock.fastForward(LIFETIME * 1000)
  await expect.poll(() => asked(hostile, 'jwks')).toBeGreaterThan(1)
  expect(await call(page, `${hostile.api}/notes`)).toEqual({ error: 'network' })
  await expect(status(page)).toHaveText('signed in as ada')
  for (const slot of [authorization, jwks]) slot.never()
  await page.clock.fastForward(5_000)
  await expect.poll(() => call(page, `${hostile.api}/notes`)).toMatchObject({ status: 200 })
  expect(await told(page)).toEqual(['signed-in', 'degraded', 'signed-in'])
})

test('K06 messages of a page of another window, while the frame is out, are nobody’s answer', async ({
  hostile,
  page,
}) => {
  hostile.provider.faults.authorization.once(async (_, normally) => {
    await page.evaluate(() => {
      const { searchParams } = new URL(document.querySelector('iframe')?.src ?? location.href)
      const state = searchParams.get('state')
      for (const data of [
        { code: 'x', state },
        { type: 'authorization_response', response: { code: 'x', state } },
      ])
        dispatchEvent(new MessageEvent('message', { data, origin: location.origin, source: window }))
    })
    return normally()
  })
  await lifePasses(page, LIFETIME)
  expect(hostile.provider.requestsTo('token').map(({ form }) => form.get('code'))).not.toContain('x')
  expect(await told(page)).toEqual(['signed-in'])
})

test('B33 somebody else in the frame ends the session', async ({ hostile, page }) => {
  hostile.provider.signIn(GRACE)
  await page.clock.fastForward(LIFETIME * 1000)
  await expect(status(page)).toHaveText(SESSION_OVER)
  expect(await told(page)).toEqual(['signed-in', 'signed-out'])
})

/** Everything that a script of this page posts to whomever. */
async function recordMessages(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const posted: unknown[] = []
    Object.assign(window, { posted })
    for (const target of [window, MessagePort.prototype, BroadcastChannel.prototype] as object[]) {
      const post = Reflect.get(target, 'postMessage')
      const recorded = function (this: unknown, ...values: unknown[]) {
        if (values[0] !== undefined) posted.push(values)
        return Reflect.apply(post, this, values)
      }
      Reflect.set(target, 'postMessage', recorded)
    }
  })
}
