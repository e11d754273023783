// @vitest-environment node
import { answers, changes, held, redirects, signingKey, type Tampering, unauthorized } from 'latchkey/testing'
import { describe, expect, it, vi } from 'vitest'
import { API } from './api-calls.ts'
import { firstVisit, inAnotherTab, returning, signedIn } from './browser.ts'
import { advance, settled, sleep } from './clock.ts'
import { expectRefusal, expectSignedOut, reasonOf, refusal } from './outcome.ts'
import { atExpiry, refreshesAt, wake, watch } from './refreshing.ts'

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

  it('G03 an id_token of null at a refresh keeps the identity', async () => {
    const stage = await signedIn()
    stage.provider.faults.token.always(changes((body) => ({ ...body, id_token: null })))
    await advance(1_800_000)
    expect(refreshesAt(stage).length).toBeGreaterThan(0)
    expect(stage.auth.state).toMatchObject({ status: 'signed-in', session: { user: { name: 'Ada Lovelace' } } })
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

  it.each([301, 302, 303, 307, 308])(
    'G27 is not followed through a redirect (%i): the refresh token does not travel',
    async (status) => {
      const stage = await signedIn()
      stage.provider.faults.token.always(redirects('https://evil.example/token', status))
      await advance(700_000)
      expect(stage.provider.requestsTo('elsewhere')).toEqual([])
      expect(stage.auth.state.status).toBe('signed-in')
      expect((await refusal(stage.auth.authFetch(API))).code).toBe('provider_invalid')
    },
  )

  it('G21 needs no Web Locks', async () => {
    const stage = await signedIn()
    Object.defineProperty(stage.tab.window().navigator, 'locks', { value: undefined, configurable: true })
    sleep(601_000)
    const responses = await Promise.all(Array.from({ length: 10 }, () => stage.auth.authFetch(API)))
    expect(responses.map(({ status }) => status)).toEqual(Array(10).fill(200))
    expect(refreshesAt(stage)).toHaveLength(1)
    await stage.auth.logout()
    expect(stage.auth.state).toEqual({ status: 'signed-out' })
  })

  it('G26 of a token whose lifetime is not told comes after a 401, not by timer', async () => {
    const stage = await signedIn()
    stage.provider.faults.token.always(changes(({ expires_in: _, ...body }) => body))
    await advance(600_000)
    const before = refreshesAt(stage).length
    await advance(86_400_000)
    expect(refreshesAt(stage)).toHaveLength(before)
    stage.provider.faults.api.once(() => unauthorized('Bearer error="invalid_token"'))
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect(refreshesAt(stage)).toHaveLength(before + 1)
  })

  it('L08 that grants a scope of 200 kB is taken', async () => {
    const stage = await signedIn()
    const scope = `openid ${'notes:read  '.repeat(16_000)}`
    stage.provider.faults.token.once(changes((body) => ({ ...body, scope })))
    await advance(540_000)
    expect(refreshesAt(stage)).toHaveLength(1)
    expect(stage.auth.state).toMatchObject({ status: 'signed-in', session: { user: { sub: 'ada' } } })
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
    const one = await signedIn({ options: { restore: [] } })
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
      await advance(600_000)
      expect(refreshesAt(stage)).toHaveLength(1)
      expect(seen.filter(({ status }) => status === 'signed-in')).toEqual([])
      expectSignedOut(stage.auth.state, 'login_required')
      await expectRefusal(stage.auth.authFetch(API), 'login_required')
    },
  )

  it('G06 another moment of login than the one that was told before ends the session', async () => {
    const stage = firstVisit()
    await stage.auth.login({ parameters: { max_age: '3600' } })
    const next = await returning(stage)
    expect((await next.auth.start()).status).toBe('signed-in')
    await advance(540_000)
    expect(refreshesAt(next)).toHaveLength(1)
    expect(next.auth.state.status).toBe('signed-in')
    next.provider.idToken.always({
      claims: (right) => ({ ...right, auth_time: Number(right.auth_time) + 1 }),
    })
    await advance(600_000)
    expectSignedOut(next.auth.state, 'login_required')
  })

  const wrongSignatures: Record<string, () => Promise<Tampering>> = {
    'of another key': async () => ({ signWith: { ...(await signingKey('RS256', 'evil')), kid: 'RS256-1' } }),
    'of a key that is nowhere': async () => ({ signWith: await signingKey('RS256', 'evil') }),
    'of nobody (alg none)': async () => ({
      header: (header) => ({ ...header, alg: 'none' }),
      token: (jwt) => jwt.replace(/[^.]+$/, ''),
    }),
    'that was stripped': async () => ({ token: (jwt) => jwt.replace(/[^.]+$/, '') }),
    'of other claims': async () => ({ token: (jwt) => jwt.replace(/\.(.)/, '.A') }),
  }
  it.each(Object.entries(wrongSignatures))('G07 a signature %s ends the session', async (_, tampering) => {
    const stage = await signedIn()
    stage.provider.idToken.always(await tampering())
    await advance(600_000)
    expectSignedOut(stage.auth.state, 'login_required')
    await expectRefusal(stage.auth.authFetch(API), 'login_required')
    expect(refreshesAt(stage)).toHaveLength(1)
  })

  it('G09 stays over: later calls and wake-ups are told the same reason', async () => {
    const stage = await signedIn()
    stage.provider.revokeEverything()
    await advance(600_000)
    const reason = reasonOf(stage.auth.state)
    for (const event of ['online', 'pageshow']) wake(stage.tab, event)
    expect(await refusal(stage.auth.authFetch(API))).toBe(reason)
    stage.auth.dispose()
    expect(reasonOf(stage.auth.state)).toBe(reason)
    expect(await refusal(stage.auth.authFetch(API))).toBe(reason)
  })
})
