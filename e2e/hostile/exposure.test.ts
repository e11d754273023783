import type { Page } from '@playwright/test'
import { answers, changes, signingKey } from 'latchkey/testing'
import { call } from '../world/call.ts'
import { asked, callThatRefreshes, expect, expectNoTrace, lifePasses, status, test } from '../world/hostile.ts'
import { signOut } from '../world/sign-in.ts'

/** The pages of the app hide no referrer, as many a real one is served. */
async function tellReferrers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const sayAll = () => {
      const meta = Object.assign(document.createElement('meta'), { name: 'referrer', content: 'unsafe-url' })
      document.head.append(meta)
    }
    document.addEventListener('readystatechange', sayAll, { once: true })
  })
}

test('C30 the provider gets no cookie, referrer or cached answer, and each secret once, in a body', async ({
  hostile,
  visit,
  login,
  page,
  context,
}) => {
  await context.addCookies([{ name: 'session', value: 'at-the-provider', url: hostile.issuer }])
  await tellReferrers(page)
  await visit({}, '/notes/7?private=diary')
  expect(await login()).toBe('signed in as ada')
  await callThatRefreshes(page, hostile)
  await page.evaluate(() => window.harness.auth.userInfo())
  await signOut(page)
  await expect.poll(() => asked(hostile, 'revocation')).toBe(1)
  expect(asked(hostile, 'endSession')).toBe(1)

  const toProvider = hostile.arrivals.filter(({ origin, method }) => origin === hostile.issuer && method !== 'OPTIONS')
  const navigations = toProvider.filter(({ headers }) => headers['sec-fetch-mode'] === 'navigate')
  expect(navigations.map(({ path }) => path.split('?')[0])).toEqual(['/authorize', '/logout'])
  // There was something to send.
  for (const { headers } of navigations) expect(headers.cookie).toContain('at-the-provider')
  expect(navigations[0]?.headers.referer).toBe(`${hostile.site.origin}/notes/7?private=diary`)

  const fetched = toProvider.filter((arrival) => !navigations.includes(arrival))
  const paths = new Set(fetched.map(({ path }) => path))
  expect([...paths].sort()).toEqual(['/.well-known/openid-configuration', '/jwks', '/revoke', '/token', '/userinfo'])
  for (const { path, headers } of fetched) {
    expect(headers, path).not.toHaveProperty('cookie')
    expect(headers, path).not.toHaveProperty('referer')
    expect(headers, path).toMatchObject({
      origin: hostile.site.origin,
      'sec-fetch-mode': 'cors',
      'cache-control': 'no-cache',
    })
    expect('authorization' in headers, path).toBe(path === '/userinfo')
  }
  const forms = hostile.provider.requestsTo('token')
  for (const { request, form, url } of forms) {
    expect(request.method).toBe('POST')
    expect(url.search).toBe('')
    expect(request.headers.get('content-type')).toMatch(/^application\/x-www-form-urlencoded/)
    expect(form.get('client_id')).toBe('notes-spa')
    expect(form.has('client_secret')).toBe(false)
  }
  expect([...(forms[0]?.form.keys() ?? [])].sort()).toEqual([
    'client_id',
    'code',
    'code_verifier',
    'grant_type',
    'redirect_uri',
  ])
  expect([...(forms[1]?.form.keys() ?? [])].sort()).toEqual(['client_id', 'grant_type', 'refresh_token'])
})

test('C30 nothing that the provider answered is in the browser’s cache', async ({ hostile, visit, login, page }) => {
  const keepable = { 'cache-control': 'public, max-age=86400', 'access-control-allow-origin': '*' }
  for (const endpoint of ['discovery', 'jwks', 'userInfo'] as const)
    hostile.provider.faults[endpoint].always(async (_, normally) => {
      const { body, headers } = await normally()
      return new Response(body, { headers: { ...Object.fromEntries(headers), ...keepable } })
    })
  await visit()
  await login()
  await page.evaluate(() => window.harness.auth.userInfo())
  for (const path of ['/.well-known/openid-configuration', '/jwks', '/userinfo']) {
    const arrived = () => hostile.arrivals.filter((arrival) => arrival.path === path).length
    const take = () =>
      page.evaluate((url) => fetch(url, { cache: 'force-cache' }).then(() => {}), hostile.issuer + path)
    const before = arrived()
    await take()
    expect(arrived(), path).toBe(before + 1)
    await take() // from the cache, where it is now
    expect(arrived(), path).toBe(before + 1)
  }
})

test('I01 I03 I04 nothing is kept, shown or said after answers that fail in every way', async ({
  hostile,
  visit,
  login,
  page,
  context,
}) => {
  const said: string[] = []
  context.on('console', (message) => said.push(message.text()))
  await page.clock.install()
  await visit()
  const { faults, idToken } = hostile.provider

  await login()
  await lifePasses(page)
  await expectNoTrace(context, hostile, said)

  idToken.once({ signWith: await signingKey('RS256', 'forged') })
  expect(await login()).toBe('signed out: token_invalid')
  await expectNoTrace(context, hostile, said)

  faults.token.once(async (request, normally) =>
    answers(400, { error: 'invalid_grant', error_description: await (await normally()).text() })(request, normally),
  )
  expect(await login()).toBe('signed out: provider_error')
  await expectNoTrace(context, hostile, said)

  await login()
  faults.token.once(changes((body) => ({ ...body, token_type: 'mac' })))
  expect(await callThatRefreshes(page, hostile)).toEqual({ error: 'provider_invalid' })
  await expectNoTrace(context, hostile, said)

  await signOut(page)
  expect(asked(hostile, 'endSession')).toBe(1)
  expect(said.join()).toContain('400') // the browser's own line: somebody was listening
})

test('I03 a callback is not in the history, and no later request says in its referrer where it came from', async ({
  hostile,
  visit,
  login,
  page,
  context,
}) => {
  await tellReferrers(page)
  await visit()
  for (const fault of ['none', 'refused'] as const) {
    if (fault === 'refused') hostile.provider.faults.token.once(answers(400, { error: 'invalid_grant' }))
    await login()
    await page.evaluate((url) => fetch(url), hostile.stranger)
  }
  const devtools = await context.newCDPSession(page)
  const { entries } = await devtools.send('Page.getNavigationHistory')
  expect(entries.map(({ url }) => url).filter((url) => /code=|state=/.test(url))).toEqual([])
  expect(entries.length).toBeGreaterThan(1)
  const referrers = hostile.arrivals.filter(({ origin }) => origin === hostile.stranger)
  expect(referrers.map(({ headers }) => headers.referer)).toEqual(Array(2).fill(`${hostile.site.origin}/`))
})

test('I04 a search that finds nothing would find: in storage, the history, the console, at a stranger', async ({
  hostile,
  visit,
  login,
  page,
  context,
}) => {
  await visit()
  await login()
  const secret = hostile.provider.secrets.find((text) => text.startsWith('ey')) ?? ''
  await expectNoTrace(context, hostile, [])
  await expect(expectNoTrace(context, hostile, [`a token: ${secret}`])).rejects.toThrow('in the console')

  await page.evaluate((text) => localStorage.setItem('kept', text), secret)
  await expect(expectNoTrace(context, hostile, [])).rejects.toThrow('localStorage')
  await page.evaluate(() => localStorage.clear())

  const seen = new Proxy(hostile, {
    get: (target, name) =>
      name === 'arrivals' ? [{ origin: hostile.stranger, path: `/?${secret}` }] : Reflect.get(target, name),
  })
  await expect(expectNoTrace(context, { ...seen, arrivals: seen.arrivals }, [])).rejects.toThrow('to a stranger')

  const other = await context.newPage()
  await other.goto(`${hostile.site.origin}/?code=${secret}`)
  await other.goto(hostile.site.origin)
  await expect(expectNoTrace(context, hostile, [])).rejects.toThrow('in the history')
  await other.close()
})

test('I09 K01 an opener of another origin hears nothing, and what it posts is nobody’s answer', async ({
  hostile,
  configure,
  page,
}) => {
  await configure()
  const html = { 'content-type': 'text/html' }
  hostile.provider.faults.elsewhere.always(answers(200, '<!doctype html><title>Stranger</title>', html))
  await page.goto(hostile.stranger)
  const opened = page.waitForEvent('popup')
  await page.evaluate((url) => {
    const heard: unknown[] = []
    addEventListener('message', (event) => heard.push(event.data))
    Object.assign(window, { heard, app: window.open(url) })
  }, hostile.site.origin)
  const app = await opened
  const hostileMessage = { type: 'authorization_response', response: { code: 'x', state: 'x' }, code: 'x', state: 'x' }
  const post = () =>
    page.evaluate((message) => {
      const { app } = window as unknown as { app: Window }
      for (const data of [message, JSON.stringify(message), `?code=x&state=x`]) app.postMessage(data, '*')
    }, hostileMessage)

  await expect(status(app)).toHaveText('signed out')
  await post()
  await app.getByRole('button', { name: 'Sign in' }).click()
  await expect(status(app)).toHaveText('signed in as ada')
  await post()
  expect(await call(app, `${hostile.api}/notes`)).toMatchObject({ status: 200 })
  await callThatRefreshes(app, hostile)
  await expect(status(app)).toHaveText('signed in as ada')
  expect(await page.evaluate(() => (window as unknown as { heard: unknown[] }).heard)).toEqual([])
  expect(asked(hostile, 'authorization')).toBe(1)
})
