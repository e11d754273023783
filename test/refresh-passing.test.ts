// @vitest-environment node
import {
  answers,
  asksToWait,
  breaks,
  breaksMidway,
  type Fault,
  hangs,
  losesTheAnswer,
  showsAPage,
} from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API } from './api-calls.ts'
import { backFromProvider, firstVisit, returning, signedIn } from './browser.ts'
import { advance, sleep, until } from './clock.ts'
import { expectRefusal, expectSignedOut, refusal } from './outcome.ts'
import { atExpiry, refreshesAt, renewalOf, wake, watch } from './refreshing.ts'

describe('A refresh that fails in passing', () => {
  const passing: [string, Fault][] = [
    ['G11 500 once', answers(500)],
    ['G11 temporarily_unavailable', answers(400, { error: 'temporarily_unavailable' })],
    ['G11 429', asksToWait(3)],
    ['G13 no connection', breaks],
    ['G13 a captive portal', showsAPage()],
    ['G13 a truncated answer', answers(200, '{"access_token":"x')],
    ['G13 a page of a proxy', showsAPage(407)],
    ['G13 no CORS headers', answers(200, {}, { 'access-control-allow-origin': 'null' })],
  ]
  it.each(passing)('%s is tried again, and nobody is signed out', async (_, fault) => {
    const stage = await signedIn()
    const seen = watch(stage)
    stage.provider.faults.token.once(fault)
    await advance(600_000)
    expect(refreshesAt(stage)).toHaveLength(2)
    expect(seen.map(renewalOf)).toEqual(['degraded', 'fresh'])
    expect((await stage.auth.authFetch(API)).status).toBe(200)
  })

  it('G13 a connection that breaks in the middle of the answer is tried again, where the token was not rotated', async () => {
    const stage = await signedIn({ provider: { refreshTokens: 'kept' } })
    stage.provider.faults.token.once(breaksMidway)
    await advance(600_000)
    expect(refreshesAt(stage)).toHaveLength(2)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
  })

  it('G13 keeps the session through an hour offline, and refreshes when the device is online', async () => {
    const stage = await signedIn()
    const seen = watch(stage)
    stage.provider.faults.token.always(breaks)
    const since = Date.now()
    await advance(3_600_000)
    expect(seen.map(renewalOf)).toEqual(['degraded'])
    expect(stage.auth.state).toMatchObject({ status: 'signed-in', renewal: { code: 'network' } })
    const [state] = seen
    expect(state?.status === 'signed-in' && state.renewal.status === 'degraded' && state.renewal.since).toBeLessThan(
      since + 600_000,
    )
    await expectRefusal(stage.auth.authFetch(API), 'network')
    expect(stage.provider.requestsTo('api')).toEqual([])
    stage.provider.faults.token.never()
    wake(stage.tab)
    await advance(1_000)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect(seen.map(renewalOf)).toEqual(['degraded', 'fresh'])
  })

  it('uses the token that is still good meanwhile', async () => {
    const stage = await signedIn()
    stage.provider.faults.token.always(breaks)
    await advance(555_000)
    expect(refreshesAt(stage).length).toBeGreaterThan(0)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
  })

  it('uses the token that is still good to the last second, and not a second longer', async () => {
    const stage = await signedIn()
    stage.provider.faults.token.always(breaks)
    sleep(599_000)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    sleep(1_000)
    await expectRefusal(stage.auth.authFetch(API), 'network')
    expect(stage.provider.requestsTo('api')).toHaveLength(1)
  })

  it('G14 never answers: a timeout, and then right again', async () => {
    const stage = await signedIn()
    stage.provider.faults.token.once(hangs)
    await advance(600_000)
    expect(refreshesAt(stage)).toHaveLength(2)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
  })

  it('G14 tells a caller so who cannot wait, and leaves no one hanging', async () => {
    const stage = await atExpiry()
    stage.provider.faults.token.once(hangs)
    const caller = refusal(stage.auth.authFetch(API))
    await until(() => refreshesAt(stage).length > 0)
    await advance(10_000)
    expect((await caller).code).toBe('timeout')
    await advance(60_000)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
  })

  it('G15 for ever: backs off, calls fail with network, the session is not declared over', async () => {
    const stage = await signedIn()
    stage.provider.faults.token.always(answers(500))
    await advance(600_000)
    const before = refreshesAt(stage).length
    await advance(3_600_000)
    const attempts = refreshesAt(stage).length - before
    expect(attempts).toBeGreaterThan(4)
    expect(attempts).toBeLessThan(400)
    expect(stage.auth.state.status).toBe('signed-in')
    await expectRefusal(stage.auth.authFetch(API), 'network')
  })

  it.each(['99999999999', '-1', 'soon', 'Fri, 01 Jan 2100 00:00:00 GMT'])(
    'C23 recovers within ten minutes, whatever Retry-After said: %s',
    async (after) => {
      const stage = await signedIn()
      stage.provider.faults.token.once(asksToWait(after, 503))
      await advance(1_150_000)
      expect((await stage.auth.authFetch(API)).status).toBe(200)
      expect(refreshesAt(stage).length).toBeLessThanOrEqual(4)
    },
  )

  it('H30 sends no expired token', async () => {
    const stage = await atExpiry()
    stage.provider.faults.token.always(breaks)
    await expectRefusal(stage.auth.authFetch(API), 'network')
    expect(stage.provider.requestsTo('api')).toEqual([])
  })

  it('G17 whose answer is lost costs one sign-in at a strict provider, not a loop', async () => {
    const stage = await signedIn()
    const seen = watch(stage)
    stage.provider.faults.token.once(losesTheAnswer)
    await advance(3_600_000)
    expectSignedOut(stage.auth.state, 'login_required')
    expect(seen.map(renewalOf)).toEqual(['degraded', 'signed-out'])
    expect(refreshesAt(stage)).toHaveLength(2)
  })

  /** Sends each refresh twice, as a browser may when a connection that it used before is reset. */
  const repeating =
    (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
    async (input, init) => {
      const request = new Request(input, init)
      const isRefresh = request.method === 'POST' && (await request.clone().text()).includes('refresh_token=')
      if (isRefresh) await fetch(request.clone())
      return fetch(request)
    }

  async function inRepeatingBrowser() {
    const stage = firstVisit()
    await stage.auth.login()
    const next = await returning({ ...stage, options: { ...stage.options, fetch: repeating(stage.provider.fetch) } })
    expect((await next.auth.start()).status).toBe('signed-in')
    return next
  }

  it('G35 that the browser repeats by itself costs one sign-in at a strict provider', async () => {
    const stage = await inRepeatingBrowser()
    const seen = watch(stage)
    await advance(3_600_000)
    expectSignedOut(stage.auth.state, 'login_required')
    expect(seen).toHaveLength(1)
    expect(refreshesAt(stage)).toHaveLength(2)
    expect(stage.provider.reuses()).toBe(1)
  })

  it('G35 that the browser repeats by itself is unnoticed where the provider gives a period of grace', async () => {
    const stage = await inRepeatingBrowser()
    const given = new Map<string, Response>()
    stage.provider.faults.token.always(async (request, normally) => {
      const shown = new URLSearchParams(await request.clone().text()).get('refresh_token') ?? ''
      const answer = given.get(shown) ?? (await normally())
      given.set(shown, answer)
      return answer.clone()
    })
    const seen = watch(stage)
    await advance(3_600_000)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect(seen).toEqual([])
    expect(refreshesAt(stage).length).toBeGreaterThan(10)
    expect(stage.provider.reuses()).toBe(0)
  })

  it('a rotated refresh token that came with an unusable ID token is not lost', async () => {
    const stage = await signedIn()
    stage.provider.faults.jwks.always(breaks)
    await stage.provider.keys.rotate()
    await advance(560_000)
    expect(stage.auth.state.status).toBe('signed-in')
    stage.provider.faults.jwks.never()
    await advance(120_000)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect(stage.provider.reuses()).toBe(0)
  })
})

it('C31 A login that is half done starts no refreshing', async () => {
  const stage = await backFromProvider()
  stage.provider.faults.token.once(answers(500))
  await stage.auth.start()
  await advance(3_600_000)
  expect(stage.provider.requestsTo('token')).toHaveLength(1)
})

describe('An error that is not of OAuth', () => {
  it.each([
    [404, 'Not Found'],
    [403, 'Forbidden'],
    [400, 'Bad Request'],
  ])('G13 %i %j of a gateway ends no session', async (status, error) => {
    const stage = await signedIn()
    stage.provider.faults.token.once(answers(status, { error }))
    await advance(1_800_000)
    expect(refreshesAt(stage).length).toBeGreaterThan(1)
    expect(stage.auth.state.status).toBe('signed-in')
    expect((await stage.auth.authFetch(API)).status).toBe(200)
  })
})
