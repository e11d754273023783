// @vitest-environment node
import type { AuthState } from 'latchkey'
import { answers, breaks, changes, type Fault, GRACE, hangs, held, losesTheAnswer, signingKey } from 'latchkey/testing'
import { describe, expect, it, vi } from 'vitest'
import { backFromProvider, inAnotherTab, returning, type Script, type Stage, signedIn } from './browser.ts'
import { advance, settled, sleep, until } from './clock.ts'
import { expectRefusal, expectSignedOut, reasonOf, refusal } from './outcome.ts'
import type { Tab } from './tab.ts'

const API = 'https://api.example.com/'
const refreshesAt = ({ provider }: Stage) =>
  provider.requestsTo('token').filter(({ form }) => form.get('grant_type') === 'refresh_token')
const wake = (tab: Tab, event = 'online') => {
  const window = tab.window()
  window.dispatchEvent(new window.Event(event))
}
const watch = ({ auth }: Stage): AuthState[] => {
  const seen: AuthState[] = []
  auth.subscribe((state) => seen.push(state))
  return seen
}
/** Signed in, and the token's end is here without a refresh before it: as after sleep. */
async function atExpiry(script?: Script) {
  const stage = await signedIn(script)
  sleep(601_000)
  return stage
}

describe('A refresh', () => {
  it('comes by timer before the token expires, and keeps the API usable', async () => {
    const stage = await signedIn()
    await advance(449_000)
    expect(refreshesAt(stage)).toHaveLength(0)
    await advance(100_000)
    expect(refreshesAt(stage)).toHaveLength(1)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
  })

  it('is spread over time, so that tabs that signed in together do not come back together', async () => {
    const moments = new Set<number>()
    for (let time = 0; time < 6; time += 1) {
      const stage = await signedIn()
      const token = stage.provider.requestsTo('token')
      const begun = Date.now()
      while (stage.provider.requestsTo('token').length === token.length) {
        await vi.advanceTimersToNextTimerAsync()
        await settled()
      }
      moments.add(Date.now() - begun)
      stage.tab.close()
    }
    expect(moments.size).toBeGreaterThan(3)
    for (const moment of moments) expect(moment).toBeLessThan(600_000)
  })

  it('G01 uses each rotated refresh token once, the newest always', async () => {
    const stage = await signedIn()
    for (let hour = 0; hour < 3; hour += 1) {
      await advance(1_800_000)
      await stage.auth.authFetch(API)
    }
    const used = refreshesAt(stage).map(({ form }) => form.get('refresh_token'))
    expect(used.length).toBeGreaterThan(8)
    expect(new Set(used).size).toBe(used.length)
    expect(stage.provider.reuses()).toBe(0)
    expect(stage.auth.state.status).toBe('signed-in')
  })

  it('G02 keeps the refresh token where no new one comes', async () => {
    const stage = await signedIn({ provider: { refreshTokens: 'kept' } })
    await advance(3_600_000)
    const used = refreshesAt(stage).map(({ form }) => form.get('refresh_token'))
    expect(used.length).toBeGreaterThan(4)
    expect(new Set(used).size).toBe(1)
    expect(stage.auth.state.status).toBe('signed-in')
  })

  it('G03 without an ID token keeps the person', async () => {
    const stage = await signedIn()
    stage.provider.faults.token.always(changes(({ id_token: _, ...body }) => body))
    await advance(600_000)
    expect(refreshesAt(stage)).toHaveLength(1)
    expect(stage.auth.state).toMatchObject({ status: 'signed-in', session: { user: { sub: 'ada' } } })
  })

  it('that changes nothing a person could notice notifies nobody, though expiresAt moves', async () => {
    const stage = await signedIn()
    const seen = watch(stage)
    const before = stage.auth.state
    await advance(600_000)
    expect(refreshesAt(stage)).toHaveLength(1)
    expect(seen).toEqual([])
    expect(before.status === 'signed-in' && before.session.expiresAt).toBeLessThan(
      (stage.auth.state.status === 'signed-in' && stage.auth.state.session.expiresAt) || 0,
    )
  })

  it('that changes a claim is told', async () => {
    const stage = await signedIn()
    const seen = watch(stage)
    stage.provider.idToken.always({ claims: (claims) => ({ ...claims, name: 'Countess of Lovelace' }) })
    await advance(600_000)
    expect(seen).toMatchObject([{ session: { user: { sub: 'ada', name: 'Countess of Lovelace' } } }])
  })

  it('G29 that narrows the scope is told; one that says nothing about it keeps it', async () => {
    const stage = await signedIn()
    const seen = watch(stage)
    stage.provider.faults.token.once(changes(({ scope: _, ...body }) => body))
    await advance(540_000)
    expect(seen).toEqual([])
    stage.provider.faults.token.once(changes((body) => ({ ...body, scope: 'openid notes:read' })))
    await advance(540_000)
    expect(seen).toMatchObject([{ session: { scope: ['openid', 'notes:read'] } }])
  })

  it('G27 is not followed through a redirect: the refresh token does not travel', async () => {
    const stage = await signedIn()
    stage.provider.faults.token.always(answers(307, null, { location: 'https://evil.example/token' }))
    await advance(1_200_000)
    expect(stage.provider.requestsTo('elsewhere')).toEqual([])
  })
})

describe('Many callers', () => {
  it('G18 a thousand at an expired token make one token request', async () => {
    const stage = await atExpiry()
    const responses = await Promise.all(Array.from({ length: 1_000 }, () => stage.auth.authFetch(API)))
    expect(responses.every(({ status }) => status === 200)).toBe(true)
    expect(refreshesAt(stage)).toHaveLength(1)
    expect(stage.provider.reuses()).toBe(0)
    const tokens = new Set(stage.provider.requestsTo('api').map(({ request }) => request.headers.get('authorization')))
    expect(tokens.size).toBe(1)
  })

  it('G18 and the timer and every wake-up at once share that request', async () => {
    const stage = await signedIn()
    const token = held()
    stage.provider.faults.token.once(token)
    sleep(601_000)
    const responses = [stage.auth.authFetch(API), stage.auth.authFetch(API)]
    await token.asked
    for (const event of ['online', 'pageshow', 'online']) wake(stage.tab, event)
    await advance(2_000)
    responses.push(stage.auth.authFetch(API))
    token.release()
    await Promise.all(responses)
    expect(refreshesAt(stage)).toHaveLength(1)
  })

  it('G34 one that aborts is alone with it: the refresh goes on for the others', async () => {
    const stage = await atExpiry()
    const token = held()
    stage.provider.faults.token.once(token)
    const abort = new AbortController()
    const aborted = stage.auth.authFetch(API, { signal: abort.signal })
    const other = stage.auth.authFetch(API)
    await token.asked
    abort.abort()
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' })
    token.release()
    expect((await other).status).toBe(200)
    expect(refreshesAt(stage)).toHaveLength(1)
  })

  it('G19 in two tabs that signed in for themselves do not disturb each other', async () => {
    const one = await signedIn()
    const another = inAnotherTab(one)
    await another.auth.login()
    const other = await returning(another)
    await other.auth.start()
    await advance(1_800_000)
    for (const { auth } of [one, other]) expect((await auth.authFetch(API)).status).toBe(200)
    expect(one.provider.reuses()).toBe(0)
  })
})

describe('A refresh that the provider refuses', () => {
  it('G09 for good (invalid_grant) ends the session once, with a reason, and asks no more', async () => {
    const stage = await signedIn()
    const seen = watch(stage)
    stage.provider.revokeEverything()
    await advance(600_000)
    expect(seen).toHaveLength(1)
    expectSignedOut(stage.auth.state, 'login_required')
    expect(reasonOf(stage.auth.state).provider).toMatchObject({ error: 'invalid_grant' })
    await advance(3_600_000)
    wake(stage.tab)
    await settled()
    expect(refreshesAt(stage)).toHaveLength(1)
    expect(seen).toHaveLength(1)
    await expectRefusal(stage.auth.authFetch(API), 'login_required')
    expect(stage.tab.departures).toHaveLength(1)
  })

  it('G09 tells everybody who was waiting', async () => {
    const stage = await atExpiry()
    stage.provider.revokeEverything()
    const waiting = Array.from({ length: 20 }, () => refusal(stage.auth.authFetch(API)))
    for (const error of await Promise.all(waiting)) expect(error.code).toBe('login_required')
    expect(refreshesAt(stage)).toHaveLength(1)
    expect(stage.provider.requestsTo('api')).toEqual([])
  })

  it.each(['invalid_client', 'unauthorized_client', 'interaction_required', 'login_required', 'invalid_scope'])(
    'G10 with %s is not asked again',
    async (error) => {
      const stage = await signedIn()
      stage.provider.faults.token.always(answers(400, { error }))
      await advance(3_600_000)
      expect(refreshesAt(stage)).toHaveLength(1)
      expectSignedOut(stage.auth.state, 'login_required')
    },
  )

  const wrongIdTokens: Record<string, Record<string, unknown>> = {
    'G05 another issuer': { iss: 'https://evil.example' },
    'G06 another audience': { aud: 'other' },
    'G06 another azp': { azp: 'other' },
    'G06 another nonce': { nonce: 'other' },
    'G06 another person': { sub: 'grace' },
    'G06 another login': { auth_time: 1 },
    'G07 expired': { exp: 1 },
  }
  it.each(Object.entries(wrongIdTokens))(
    '%s in the ID token ends the session and is never shown',
    async (_, claims) => {
      const stage = await signedIn()
      const seen = watch(stage)
      stage.provider.idToken.always({ claims: (right) => ({ ...right, ...claims }) })
      await advance(1_200_000)
      expect(seen.filter(({ status }) => status === 'signed-in')).toEqual([])
      expectSignedOut(stage.auth.state, 'login_required')
      await expectRefusal(stage.auth.authFetch(API), 'login_required')
    },
  )

  it('G07 by a wrong signature ends the session', async () => {
    const stage = await signedIn()
    const key = await signingKey('RS256', 'evil')
    stage.provider.idToken.always({ signWith: { ...key, kid: 'RS256-1' } })
    await advance(1_200_000)
    expectSignedOut(stage.auth.state, 'login_required')
  })
})

describe('A refresh that fails in passing', () => {
  const passing: [string, Fault][] = [
    ['G11 500 once', answers(500)],
    ['G11 temporarily_unavailable', answers(400, { error: 'temporarily_unavailable' })],
    ['G11 429', answers(429, null, { 'retry-after': '3' })],
    ['G13 no connection', breaks],
    ['G13 a captive portal', answers(200, '<html>pay</html>', { 'content-type': 'text/html' })],
    ['G13 a truncated answer', answers(200, '{"access_token":"x')],
  ]
  it.each(passing)('%s is tried again, and nobody notices', async (_, fault) => {
    const stage = await signedIn()
    const seen = watch(stage)
    stage.provider.faults.token.once(fault)
    await advance(600_000)
    expect(refreshesAt(stage).length).toBeGreaterThanOrEqual(2)
    expect(seen).toEqual([])
    expect((await stage.auth.authFetch(API)).status).toBe(200)
  })

  it('G13 keeps the session through an hour offline, and refreshes when the device is online', async () => {
    const stage = await signedIn()
    const seen = watch(stage)
    stage.provider.faults.token.always(breaks)
    await advance(3_600_000)
    expect(seen).toEqual([])
    expect(stage.auth.state.status).toBe('signed-in')
    await expectRefusal(stage.auth.authFetch(API), 'network')
    expect(stage.provider.requestsTo('api')).toEqual([])
    stage.provider.faults.token.never()
    wake(stage.tab)
    await settled()
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect(seen).toEqual([])
  })

  it('uses the token that is still good meanwhile', async () => {
    const stage = await signedIn()
    stage.provider.faults.token.always(breaks)
    await advance(555_000)
    expect(refreshesAt(stage).length).toBeGreaterThan(0)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
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
    expect(attempts).toBeGreaterThan(10)
    expect(attempts).toBeLessThan(400)
    expect(stage.auth.state.status).toBe('signed-in')
    await expectRefusal(stage.auth.authFetch(API), 'network')
  })

  it('C23 leaves the provider alone for as long as it asks', async () => {
    const stage = await signedIn()
    stage.provider.faults.token.always(
      answers(503, null, { 'retry-after': '120', 'access-control-expose-headers': 'retry-after' }),
    )
    await advance(1_200_000)
    expect(refreshesAt(stage).length).toBeLessThanOrEqual(8)
    const before = refreshesAt(stage).length
    for (let call = 0; call < 20; call += 1) await expectRefusal(stage.auth.authFetch(API), 'network')
    expect(refreshesAt(stage)).toHaveLength(before)
  })

  it.each(['99999999999', '-1', 'soon', 'Fri, 01 Jan 2100 00:00:00 GMT'])(
    'C23 recovers within ten minutes, whatever Retry-After said: %s',
    async (after) => {
      const stage = await signedIn()
      stage.provider.faults.token.once(
        answers(503, null, { 'retry-after': after, 'access-control-expose-headers': 'retry-after' }),
      )
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

  it.each([losesTheAnswer])(
    'G17, G35 whose answer is lost costs one sign-in at a strict provider, not a loop',
    async (fault) => {
      const stage = await signedIn()
      const seen = watch(stage)
      stage.provider.faults.token.once(fault)
      await advance(3_600_000)
      expectSignedOut(stage.auth.state, 'login_required')
      expect(seen).toHaveLength(1)
      expect(refreshesAt(stage)).toHaveLength(2)
    },
  )

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

describe('The clock', () => {
  it('G22 after hours of sleep: one refresh, no expired token, no burst', async () => {
    const stage = await signedIn()
    sleep(8 * 3_600_000)
    wake(stage.tab, 'pageshow')
    const response = await stage.auth.authFetch(API)
    expect(response.status).toBe(200)
    await advance(60_000)
    expect(refreshesAt(stage)).toHaveLength(1)
    expect(stage.provider.requestsTo('api')).toHaveLength(1)
  })

  it('G22 looks when the page becomes visible again', async () => {
    const stage = await signedIn()
    sleep(3_600_000)
    const { document, Event } = stage.tab.window()
    document.dispatchEvent(new Event('visibilitychange'))
    await settled()
    expect(refreshesAt(stage)).toHaveLength(1)
  })

  it.each([3_600_000, -3_600_000])('G23 that jumps by %i ms causes no storm', async (jump) => {
    const stage = await signedIn()
    sleep(jump)
    wake(stage.tab)
    await advance(120_000)
    expect(refreshesAt(stage).length).toBeLessThanOrEqual(1)
    await advance(1_200_000)
    expect(stage.auth.state.status).toBe('signed-in')
    expect(refreshesAt(stage).length).toBeLessThanOrEqual(4)
  })

  it('G23 that is set back an hour does not make a token younger', async () => {
    const stage = await signedIn()
    sleep(-3_600_000)
    await advance(600_000)
    expect(refreshesAt(stage)).toHaveLength(1)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
  })

  it('C14, G25 a token of a year is refreshed neither now nor when the longest timer rings', async () => {
    const year = 365 * 86_400
    const stage = await signedIn({ provider: { lifetime: year } })
    const begun = Date.now()
    await vi.advanceTimersByTimeAsync(2 ** 31 + 1_000)
    await settled()
    expect(refreshesAt(stage)).toHaveLength(0)
    while (refreshesAt(stage).length === 0) {
      await vi.advanceTimersToNextTimerAsync()
      await settled()
    }
    expect((Date.now() - begun) / 1000).toBeGreaterThan(0.7 * year)
    expect((Date.now() - begun) / 1000).toBeLessThan(year)
  })

  it.each([1, 2, 5])('G26 with tokens of %i s is usable and bounded', async (lifetime) => {
    const stage = await signedIn({ provider: { lifetime } })
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    await advance(60_000)
    expect(refreshesAt(stage).length).toBeLessThanOrEqual(12)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
  })
})

describe('While a refresh is under way', () => {
  async function refreshing() {
    const stage = await signedIn()
    const token = held()
    stage.provider.faults.token.once(token)
    sleep(601_000)
    const request = stage.auth.authFetch(API)
    request.catch(() => {})
    await token.asked
    await settled()
    return { ...stage, token, request }
  }

  it('G30 a logout stays: the late answer is discarded, and revoked', async () => {
    const stage = await refreshing()
    const seen = watch(stage)
    await stage.auth.logout()
    expect(stage.auth.state).toEqual({ status: 'signed-out' })
    stage.token.release()
    await expectRefusal(stage.request, 'login_required')
    await until(() => stage.provider.requestsTo('revocation').length === 2)
    await advance(1_200_000)
    expect(stage.auth.state).toEqual({ status: 'signed-out' })
    expect(seen).toHaveLength(1)
    expect(stage.provider.requestsTo('api')).toEqual([])
    expect(refreshesAt(stage)).toHaveLength(1)
    const revoked = stage.provider.requestsTo('revocation').map(({ form }) => form.get('token'))
    expect(new Set(revoked).size).toBe(2)
  })

  it.each([
    ['in passing', answers(500)],
    ['for good', answers(400, { error: 'invalid_grant' })],
  ])('G30 a logout stays when it fails %s: no reason, no further attempt', async (_, fault) => {
    const stage = await signedIn()
    const token = held()
    stage.provider.faults.token.once(async (request, normally) => {
      await token(request, normally)
      return fault(request, normally)
    })
    sleep(601_000)
    const request = refusal(stage.auth.authFetch(API))
    await token.asked
    await stage.auth.logout()
    const seen = watch(stage)
    token.release()
    expect((await request).code).toBe('login_required')
    await advance(1_200_000)
    expect(stage.auth.state).toEqual({ status: 'signed-out' })
    expect(seen).toEqual([])
    expect(refreshesAt(stage)).toHaveLength(1)
  })

  it('dispose() stays too', async () => {
    const stage = await refreshing()
    stage.auth.dispose()
    stage.token.release()
    await expectRefusal(stage.request, 'login_required')
    await advance(1_200_000)
    expect(stage.auth.state.status).toBe('signed-out')
    expect(refreshesAt(stage)).toHaveLength(1)
  })

  it('G31 a login that finishes first is not undone by the late answer', async () => {
    const { token, request, ...stage } = await refreshing()
    stage.provider.signIn(GRACE)
    await stage.auth.login()
    const next = await returning(stage)
    expect(await next.auth.start()).toMatchObject({ session: { user: { sub: 'grace' } } })
    token.release()
    await settled()
    expect(next.auth.state).toMatchObject({ session: { user: { sub: 'grace' } } })
    expect(await (await next.auth.authFetch(API)).json()).toMatchObject({ sub: 'grace' })
  })
})

describe('Without a refresh token', () => {
  const none: Script = { provider: { refreshTokens: 'none' } }

  it('G33 the session ends with a reason when the token does, if the frame finds nobody', async () => {
    const stage = await signedIn(none)
    const seen = watch(stage)
    await advance(555_000)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    await advance(60_000)
    expectSignedOut(stage.auth.state, 'login_required')
    expect(seen).toHaveLength(1)
    expect(stage.provider.requestsTo('token')).toHaveLength(1)
    expect(stage.tab.departures).toHaveLength(1)
  })

  it('G33 a hidden prompt=none frame renews it, and goes away', async () => {
    const stage = await signedIn(none)
    const seen = watch(stage)
    const framed: string[] = []
    stage.tab.frame = (url) => {
      framed.push(url)
      return stage.provider.visit(url)
    }
    await advance(1_800_000)
    expect(framed.length).toBeGreaterThan(2)
    for (const url of framed) expect(new URL(url).searchParams.get('prompt')).toBe('none')
    expect(seen).toEqual([])
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect(stage.tab.window().document.body.children).toHaveLength(0)
    expect(refreshesAt(stage)).toHaveLength(0)
  })

  it.each([
    ['of another state', (url: URL) => url.searchParams.set('state', 'x')],
    ['of another issuer', (url: URL) => url.searchParams.set('iss', 'https://evil.example')],
    ['with a code of somebody else', (url: URL) => url.searchParams.set('code', 'x')],
  ])('K06 an answer %s in the frame signs nobody in', async (_, change) => {
    const stage = await signedIn(none)
    stage.tab.frame = async (asked) => {
      const url = new URL(await stage.provider.visit(asked))
      change(url)
      return url.href
    }
    await advance(700_000)
    const { code } = await refusal(stage.auth.authFetch(API))
    expect(['login_required', 'network', 'timeout']).toContain(code)
    expect(stage.provider.requestsTo('api')).toEqual([])
    expect(stage.tab.window().document.body.children).toHaveLength(0)
  })

  it('J09 another person in the frame ends the session', async () => {
    const stage = await signedIn(none)
    stage.tab.frame = (url) => stage.provider.visit(url)
    stage.provider.signIn(GRACE)
    await advance(700_000)
    expectSignedOut(stage.auth.state, 'login_required')
  })

  it('K05 a frame that shows a page, or nothing, is given up and removed', async () => {
    for (const end of ['https://login.example.com/please-sign-in', undefined]) {
      const stage = await signedIn(none)
      stage.tab.frame = async () => end
      await advance(700_000)
      const refused = refusal(stage.auth.authFetch(API))
      await advance(10_000)
      expect(['login_required', 'timeout']).toContain((await refused).code)
      expect(stage.provider.requestsTo('api')).toEqual([])
      expect(stage.tab.window().document.body.children.length).toBeLessThanOrEqual(1)
      stage.tab.close()
    }
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

  it('G03 an id_token of null at a refresh keeps the identity', async () => {
    const stage = await signedIn()
    stage.provider.faults.token.always(changes((body) => ({ ...body, id_token: null })))
    await advance(1_800_000)
    expect(refreshesAt(stage).length).toBeGreaterThan(0)
    expect(stage.auth.state).toMatchObject({ status: 'signed-in', session: { user: { name: 'Ada Lovelace' } } })
  })
})
