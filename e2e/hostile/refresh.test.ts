import {
  answers,
  changes,
  type Fault,
  held,
  redirects,
  signingKey,
  type Tampering,
  unauthorized,
} from 'latchkey/testing'
import { call } from '../world/call.ts'
import {
  asked,
  callThatRefreshes,
  expect,
  lifePasses,
  reason,
  refreshes,
  settledStatus,
  status,
  test,
  told,
} from '../world/hostile.ts'

const refusesTheToken: Fault = () => unauthorized('Bearer error="invalid_token"')

const SESSION_OVER = 'signed out: login_required'

test('G01 each rotated refresh token is used once, always the newest', async ({ hostile, visit, login, page }) => {
  await page.clock.install()
  await visit()
  await login()
  for (let minute = 0; minute < 3; minute += 1) await lifePasses(page)
  await callThatRefreshes(page, hostile)
  const used = refreshes(hostile).map(({ form }) => form.get('refresh_token'))
  expect(used).toEqual(hostile.provider.secrets.filter((secret) => secret.startsWith('refresh-')).slice(0, 4))
  expect(hostile.provider.reuses()).toBe(0)
  expect(await told(page)).toEqual(['signed-in'])
})

test.describe('a provider that keeps its refresh tokens', () => {
  test.use({ providerOptions: { refreshTokens: 'kept' } })

  test('G02 the refresh token is kept where no new one comes', async ({ hostile, visit, login, page }) => {
    await page.clock.install()
    await visit()
    await login()
    for (let minute = 0; minute < 3; minute += 1) await lifePasses(page)
    expect(new Set(refreshes(hostile).map(({ form }) => form.get('refresh_token'))).size).toBe(1)
    expect(refreshes(hostile)).toHaveLength(3)
  })
})

test('G03 a refresh without an ID token keeps the person', async ({ hostile, visit, login, page }) => {
  await page.clock.install()
  await visit()
  await login()
  for (const id_token of [undefined, null]) {
    hostile.provider.faults.token.once(changes((body) => ({ ...body, id_token })))
    await lifePasses(page)
  }
  expect(await call(page, `${hostile.api}/notes`)).toMatchObject({ status: 200 })
  expect(await told(page)).toEqual(['signed-in'])
  await expect(status(page)).toHaveText('signed in as ada')
})

const claims = (members: Record<string, unknown>): Tampering => ({ claims: (right) => ({ ...right, ...members }) })

const WRONG: readonly [name: string, tampering: () => Tampering | Promise<Tampering>][] = [
  ['G05 another issuer', () => claims({ iss: 'https://evil.example' })],
  ['G06 another audience', () => claims({ aud: 'other' })],
  ['G06 another azp', () => claims({ azp: 'other' })],
  ['G06 another nonce', () => claims({ nonce: 'other' })],
  ['G06 another login', () => claims({ auth_time: 1 })],
  ['G06 another person', () => claims({ sub: 'grace' })],
  ['G07 expired', () => claims({ exp: 1 })],
  ['G07 forged', async () => ({ signWith: { ...(await signingKey('RS256', 'forged')), kid: 'RS256-1' } })],
  ['G07 not signed', () => ({ token: (jwt) => `${jwt.split('.').slice(0, 2).join('.')}.` })],
  ['G07 alg none', () => ({ header: (right) => ({ ...right, alg: 'none' }) })],
]

test('G05 G06 G07 a refresh with an ID token that is wrong ends the session, and nothing of it is shown', async ({
  hostile,
  visit,
  login,
  page,
}) => {
  await visit()
  for (const [name, tampering] of WRONG) {
    hostile.provider.idToken.once(claims({ auth_time: 1_700_000_000 }))
    expect(await login(), name).toBe('signed in as ada')
    hostile.provider.idToken.once(await tampering())
    expect(await callThatRefreshes(page, hostile), name).toEqual({ error: 'login_required' })
    await expect(status(page), name).toHaveText(SESSION_OVER)
    expect(await told(page), name).toEqual(['signed-in', 'signed-out'])
    const before = hostile.arrivals.length
    expect(await call(page, `${hostile.api}/notes`), name).toEqual({ error: 'login_required' })
    expect(hostile.arrivals, name).toHaveLength(before)
  }
})

test('G09 a session that was revoked ends once, with a reason, and nothing more is asked', async ({
  hostile,
  visit,
  login,
  page,
}) => {
  await page.clock.install()
  await visit()
  await login()
  hostile.provider.revokeEverything()
  await page.clock.fastForward(60_000)
  await expect(status(page)).toHaveText(SESSION_OVER)
  expect((await reason(page)).provider?.error).toBe('invalid_grant')
  await page.clock.fastForward(600_000)
  await page.evaluate(() => dispatchEvent(new Event('online')))
  expect(await call(page, `${hostile.api}/notes`)).toEqual({ error: 'login_required' })
  expect(refreshes(hostile)).toHaveLength(1)
  expect(asked(hostile, 'api')).toBe(0)
  expect(await told(page)).toEqual(['signed-in', 'signed-out'])
  expect(page.url()).toBe(`${hostile.site.origin}/`)
})

test('G10 an error that asks for the person or refuses the client ends the session without another try', async ({
  hostile,
  visit,
  login,
  page,
}) => {
  await visit()
  for (const error of ['invalid_client', 'unauthorized_client', 'interaction_required', 'login_required']) {
    await login()
    const before = refreshes(hostile).length
    hostile.provider.faults.token.once(answers(400, { error }))
    expect(await callThatRefreshes(page, hostile), error).toEqual({ error: 'login_required' })
    await expect(status(page), error).toHaveText(SESSION_OVER)
    expect((await reason(page)).provider?.error).toBe(error)
    expect(refreshes(hostile).length - before, error).toBe(1)
  }
})

test('G18 fifty calls that are refused at once make one refresh, and each is sent once more', async ({
  hostile,
  visit,
  login,
  page,
}) => {
  await visit()
  await login()
  expect(await call(page, `${hostile.api}/notes`)).toMatchObject({ status: 200 })
  const old = hostile.provider.requestsTo('api')[0]?.request.headers.get('authorization')
  hostile.provider.faults.api.always(async (request, normally) =>
    request.headers.get('authorization') === old ? refusesTheToken(request, normally) : normally(),
  )
  const statuses = await page.evaluate(async (url) => {
    const { authFetch } = window.harness.auth
    const responses = await Promise.all(Array.from({ length: 50 }, () => authFetch(url)))
    return responses.map((response) => response.status)
  }, `${hostile.api}/notes`)
  expect(statuses).toEqual(Array(50).fill(200))
  expect(refreshes(hostile)).toHaveLength(1)
  expect(hostile.provider.reuses()).toBe(0)
})

test('G27 a refresh that is redirected is not followed: the refresh token does not travel', async ({
  hostile,
  visit,
  login,
  page,
}) => {
  await visit()
  for (const code of [307, 308, 302]) {
    await login() // a refresh that failed is not tried again at once
    hostile.provider.faults.token.once(redirects(`${hostile.stranger}/token`, code))
    expect(await callThatRefreshes(page, hostile), `${code}`).toEqual({ error: 'provider_invalid' })
    await expect(status(page)).toHaveText('signed in as ada')
  }
  expect(hostile.arrivals.filter(({ origin }) => origin === hostile.stranger)).toEqual([])
})

test('G34 one caller that aborts is alone with it: the refresh goes on for the others', async ({
  hostile,
  visit,
  login,
  page,
}) => {
  await visit()
  await login()
  const token = held()
  hostile.provider.faults.token.once(token)
  hostile.provider.faults.api.once(refusesTheToken)
  hostile.provider.faults.api.once(refusesTheToken)
  const outcomes = page.evaluate(async (url) => {
    const { authFetch } = window.harness.auth
    const stop = new AbortController()
    Object.assign(window, { stop })
    const calls = [authFetch(url, { signal: stop.signal }), authFetch(url)]
    const [aborted, other] = await Promise.allSettled(calls)
    return [
      aborted?.status === 'rejected' && (aborted.reason as Error).name,
      other?.status === 'fulfilled' && other.value.status,
    ]
  }, `${hostile.api}/notes`)
  await token.asked
  await expect.poll(() => asked(hostile, 'api')).toBe(2)
  await page.evaluate(() => (window as unknown as { stop: AbortController }).stop.abort())
  token.release()
  expect(await outcomes).toEqual(['AbortError', 200])
  expect(refreshes(hostile)).toHaveLength(1)
  expect(await settledStatus(page)).toBe('signed in as ada')
})
