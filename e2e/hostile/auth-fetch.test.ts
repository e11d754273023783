import { answers, breaks, changes, type Fault, hangs, held, redirects, unauthorized } from 'latchkey/testing'
import { call } from '../world/call.ts'
import { asked, callThatRefreshes, expect, refreshes, status, test, told } from '../world/hostile.ts'

const EXPOSED = { 'access-control-expose-headers': 'www-authenticate' }

/** A refusal whose challenge the page cannot see. */
const refusesInSilence: Fault = () =>
  new Response(null, { status: 401, headers: { 'access-control-allow-origin': '*' } })

for (const [row, method, codes] of [
  ['H11', 'GET', [301, 302, 307]],
  ['H12', 'POST', [303, 307, 308]],
] as const)
  test(`${row} the token does not follow a ${method} that the API redirects to a stranger`, async ({
    hostile,
    visit,
    login,
    page,
  }) => {
    await visit()
    await login()
    for (const code of codes) {
      hostile.provider.faults.api.once(redirects(`${hostile.stranger}/${code}`, code))
      const init = { method, ...(method === 'POST' && { body: 'a note' }) }
      // An address for each: browsers keep a 301.
      expect(await call(page, `${hostile.api}/${code}`, init), `${code}`).toMatchObject({ status: 200 })
    }
    const sent = hostile.provider.requestsTo('api').map(({ request }) => request.headers.get('authorization'))
    expect(sent).toEqual(codes.map(() => expect.stringMatching(/^Bearer ey/)))
    const caught = hostile.provider.requestsTo('elsewhere')
    expect(caught.map(({ url }) => url.pathname)).toEqual(codes.map((code) => `/${code}`))
    expect(caught.map(({ request }) => request.headers.get('authorization'))).toEqual(codes.map(() => null))
    expect(refreshes(hostile)).toEqual([])
  })

test('H13 method, headers, body, credentials and mode of a Request arrive as they are, with one Authorization', async ({
  hostile,
  visit,
  login,
  page,
}) => {
  await visit()
  await login()
  const answer = await page.evaluate(async (url) => {
    const body = new FormData()
    body.append('note', 'a line')
    const request = new Request(url, { method: 'PUT', headers: { 'x-own': 'yes' }, body, credentials: 'omit' })
    const response = await window.harness.auth.authFetch(request)
    return {
      url: response.url,
      type: response.type,
      status: response.status,
      own: request.headers.get('authorization'),
    }
  }, `${hostile.api}/notes/7`)
  expect(answer).toEqual({ url: `${hostile.api}/notes/7`, type: 'cors', status: 200, own: null })
  const [seen] = hostile.provider.requestsTo('api')
  expect(seen?.request.method).toBe('PUT')
  expect(seen?.request.headers.get('x-own')).toBe('yes')
  expect(seen?.request.headers.get('content-type')).toMatch(/^multipart\/form-data; boundary=/)
  expect(await seen?.request.text()).toContain('a line')
  expect(seen?.request.headers.get('authorization')).toMatch(/^Bearer [^, ]+$/)
})

test('H14 a body that can be read again is sent again after a 401; a stream is not, and its 401 is the caller’s', async ({
  hostile,
  visit,
  login,
  page,
}) => {
  await visit()
  await login()
  const { faults } = hostile.provider
  faults.api.once(() => unauthorized('Bearer error="invalid_token"'))
  const init = { method: 'POST', body: 'a note' }
  expect(await call(page, `${hostile.api}/notes`, init)).toMatchObject({ status: 200 })
  const bodies = hostile.provider.requestsTo('api').map(({ request }) => request.text())
  expect(await Promise.all(bodies)).toEqual(['a note', 'a note'])
  expect(refreshes(hostile)).toHaveLength(1)

  faults.api.once(() => unauthorized('Bearer error="invalid_token"'))
  const used = await page.evaluate(async (url) => {
    const request = new Request(url, { method: 'POST', body: 'a note' })
    await request.text()
    return window.harness.auth.authFetch(request).catch((error) => error.code)
  }, `${hostile.api}/notes`)
  expect(used).toBe('configuration')
  expect(asked(hostile, 'api')).toBe(2)
})

const CHALLENGES: readonly [header: string, refreshed: boolean][] = [
  ['Bearer', true],
  ['bearer ERROR="invalid_token"', true],
  ['Basic realm="x", Bearer error="invalid_token"', true],
  ['Bearer realm="a, Basic b", error="invalid_token"', true],
  ['Bearer realm="\\"", error=invalid_token, unknown="x"', true],
  ['Negotiate YWJj==, Bearer error="invalid_token"', true],
  ['', true],
  ['"=,;\\', true],
  [`Bearer ${'a="'.repeat(20_000)}`.slice(0, 12_000), true],
  ['Basic realm="Bearer error=invalid_token"', false],
  ['Digest nonce="x"', false],
  ['DPoP error="use_dpop_nonce"', false],
  ['Bearer error="insufficient_scope"', false],
]

test('H23 every way to write a challenge is read right, and garbage throws nothing', async ({
  hostile,
  visit,
  login,
  page,
}) => {
  await visit()
  for (const [header, refreshed] of CHALLENGES) {
    await login() // what an API refuses for the second time within seconds is not refreshed again
    const before = refreshes(hostile).length
    hostile.provider.faults.api.once(answers(401, {}, { ...EXPOSED, ...(header && { 'www-authenticate': header }) }))
    const name = header.slice(0, 60)
    expect(await call(page, `${hostile.api}/notes`), name).toMatchObject({ status: refreshed ? 200 : 401 })
    expect(refreshes(hostile).length - before, name).toBe(refreshed ? 1 : 0)
  }
})

test('H24 a 401 whose challenge CORS hides is enough for one refresh, and no more', async ({
  hostile,
  visit,
  login,
  page,
}) => {
  await visit()
  await login()
  hostile.provider.faults.api.once(refusesInSilence)
  expect(await call(page, `${hostile.api}/notes`)).toMatchObject({ status: 200 })
  expect(refreshes(hostile)).toHaveLength(1)

  await login()
  hostile.provider.faults.api.always(refusesInSilence)
  const before = asked(hostile, 'api')
  expect(await call(page, `${hostile.api}/notes`)).toMatchObject({ status: 401 })
  expect(asked(hostile, 'api') - before).toBe(2)
  expect(refreshes(hostile)).toHaveLength(2)
  expect(await told(page)).toEqual(['signed-in'])
})

test('H25 an abort before, during the refresh and during the call is the caller’s own reason', async ({
  hostile,
  visit,
  login,
  page,
}) => {
  await visit()
  await login()
  const { faults } = hostile.provider
  const abortable = (aborted: 'before' | 'later') =>
    page.evaluate(
      ([url, aborted]) => {
        const stop = new AbortController()
        Object.assign(window, { stop })
        if (aborted === 'before') stop.abort()
        return window.harness.auth.authFetch(url, { signal: stop.signal }).catch((error: Error) => error.name)
      },
      [`${hostile.api}/notes`, aborted] as const,
    )
  const abort = () => page.evaluate(() => (window as unknown as { stop: AbortController }).stop.abort())

  expect(await abortable('before')).toBe('AbortError')
  expect(asked(hostile, 'api')).toBe(0)

  faults.api.once(hangs)
  const during = abortable('later')
  await expect.poll(() => asked(hostile, 'api')).toBe(1)
  await abort()
  expect(await during).toBe('AbortError')

  const token = held()
  faults.token.once(token)
  faults.api.once(() => unauthorized('Bearer error="invalid_token"'))
  const refreshing = abortable('later')
  await token.asked
  await abort()
  expect(await refreshing).toBe('AbortError')
  token.release()
  await expect.poll(() => call(page, `${hostile.api}/notes`)).toMatchObject({ status: 200 })
  expect(refreshes(hostile)).toHaveLength(1)
  await expect(status(page)).toHaveText('signed in as ada')
})

test('H33 what the API answers is the caller’s: 204, 404, 500, a page, an opaque redirect, a broken connection', async ({
  hostile,
  visit,
  login,
  page,
}) => {
  await visit()
  await login()
  const { faults } = hostile.provider
  for (const [code, body] of [
    [204, null],
    [404, 'not here'],
    [500, 'broken'],
    [403, '<b>no</b>'],
  ] as const) {
    faults.api.once(answers(code, body))
    expect(await call(page, `${hostile.api}/notes`)).toEqual({ status: code, text: body ?? '' })
  }
  faults.api.once(redirects(`${hostile.stranger}/caught`))
  const opaque = await page.evaluate(async (url) => {
    const { type, status } = await window.harness.auth.authFetch(url, { redirect: 'manual' })
    return { type, status }
  }, `${hostile.api}/notes`)
  expect(opaque).toEqual({ type: 'opaqueredirect', status: 0 })
  faults.api.always(breaks)
  expect(await call(page, `${hostile.api}/notes`)).toEqual({ error: 'TypeError' })
  faults.api.never()
  expect(refreshes(hostile)).toEqual([])
  expect(asked(hostile, 'elsewhere')).toBe(0)
  expect(await callThatRefreshes(page, hostile)).toMatchObject({ status: 200 })
})

test.describe('UserInfo', () => {
  test('H34 answers for the person who is signed in, and for nobody else', async ({ hostile, visit, login, page }) => {
    await visit()
    await login()
    const userInfo = () =>
      page.evaluate(async () => {
        try {
          return { ...(await window.harness.auth.userInfo()) }
        } catch (error) {
          return (error as { code: unknown }).code
        }
      })
    const { faults } = hostile.provider
    expect(await userInfo()).toEqual({ sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' })
    const [seen] = hostile.provider.requestsTo('userInfo')
    expect(seen?.request.headers.get('authorization')).toMatch(/^Bearer ey/)
    expect(seen?.url.search).toBe('')

    for (const sub of ['grace', '', undefined, null, 42, ['ada'], 'ada ', 'ADA']) {
      faults.userInfo.once(changes((body) => ({ ...body, sub, name: 'Mallory' })))
      expect(await userInfo(), `${sub}`).toBe('token_invalid')
    }
    for (const body of ['', '{', '[]', 'null', '"ada"', '42', '<html></html>', 'eyJhbGciOiJub25lIn0.e30.']) {
      faults.userInfo.once(answers(200, body))
      expect(await userInfo(), body).toBe('provider_invalid')
    }
    for (const fault of [answers(500), answers(429), breaks]) {
      faults.userInfo.always(fault)
      expect(await userInfo()).toBe('network')
    }
    expect(await page.evaluate(() => JSON.stringify(window.harness.auth.state))).not.toContain('Mallory')
    await expect(status(page)).toHaveText('signed in as ada')
    expect(refreshes(hostile)).toEqual([])
  })

  test('H34 a 401 there is one refresh and one more try', async ({ hostile, visit, login, page }) => {
    await visit()
    await login()
    hostile.provider.faults.userInfo.once(() => unauthorized('Bearer error="invalid_token"'))
    expect(await page.evaluate(async () => (await window.harness.auth.userInfo()).sub)).toBe('ada')
    expect(refreshes(hostile)).toHaveLength(1)
    expect(asked(hostile, 'userInfo')).toBe(2)
  })

  test('H34 a redirect there is not followed: the token does not travel', async ({ hostile, visit, login, page }) => {
    await visit()
    await login()
    hostile.provider.faults.userInfo.once(redirects(`${hostile.stranger}/userinfo`, 307))
    const code = await page.evaluate(() => window.harness.auth.userInfo().catch((error) => error.code))
    expect(code).toBe('provider_invalid')
    expect(asked(hostile, 'elsewhere')).toBe(0)
  })
})
