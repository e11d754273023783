// @vitest-environment node
import type { AuthState } from 'latchkey'
import { asksToWait, breaks, held, losesTheAnswer } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API, refreshes, toApi } from '../api-calls.ts'
import { signedIn } from '../browser.ts'
import { advance, settled, sleep } from '../clock.ts'
import { expectSignedOut, refusal } from '../outcome.ts'
import { atExpiry, refreshesAt, renewalOf, wake, watch } from '../refreshing.ts'
import { HOMES } from './home.ts'

describe.each(HOMES)('%s: a refresh', (home) => {
  it('comes before the token expires, again and again, and nobody notices', async () => {
    const stage = await signedIn({ home })
    const seen = watch(stage)
    await advance(3_000_000)
    const tokens = refreshesAt(stage).map(({ form }) => form.get('refresh_token'))
    expect(tokens.length).toBeGreaterThanOrEqual(4)
    expect(new Set(tokens).size).toBe(tokens.length)
    expect(stage.provider.reuses()).toBe(0)
    expect(seen).toEqual([])
    const { state } = stage.auth
    expect(state.status === 'signed-in' && (state.session.expiresAt ?? 0) > Date.now()).toBe(true)
  })

  it('is told to those who ask for silent news, and to nobody else', async () => {
    const stage = await signedIn({ home })
    const seen = watch(stage)
    const news: AuthState[] = []
    const stop = stage.auth.subscribe((state) => news.push(state), { silent: true })
    await advance(600_000)
    expect(news.map(renewalOf)).toEqual(['refreshing', 'fresh'])
    const [before, after] = news.map((state) => state.status === 'signed-in' && state.session.expiresAt)
    expect(Number(after)).toBeGreaterThan(Number(before))
    stop()
    await advance(600_000)
    expect(news).toHaveLength(2)
    expect(seen).toEqual([])
  })

  it('G18 is one for fifty calls at the end of the token, each of which carries the new one', async () => {
    const stage = await atExpiry({ home })
    const calls = await Promise.all(Array.from({ length: 50 }, () => stage.auth.authFetch(API)))
    expect(calls.every(({ status }) => status === 200)).toBe(true)
    expect(refreshes(stage)).toBe(1)
    expect(new Set(toApi(stage).map(({ request }) => request.headers.get('authorization'))).size).toBe(1)
  })

  it('G22 comes when the device wakes, before the first call', async () => {
    const stage = await signedIn({ home })
    sleep(8 * 3_600_000)
    wake(stage.tab)
    await settled()
    expect(refreshes(stage)).toBe(1)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect(refreshes(stage)).toBe(1)
  })

  it('G09 that is refused ends the session, once, and says why', async () => {
    const stage = await signedIn({ home })
    const seen = watch(stage)
    stage.provider.revokeEverything()
    await advance(1_200_000)
    expect(seen).toEqual([stage.auth.state])
    expectSignedOut(stage.auth.state, 'login_required')
    expect(refreshes(stage)).toBe(1)
    expect((await refusal(stage.auth.authFetch(API))).provider).toEqual({
      error: 'invalid_grant',
      description: expect.any(String),
    })
  })

  it.each([
    ['is offline', breaks],
    ['asks to wait', asksToWait(5)],
  ])('G13 from a provider that %s signs nobody out, says so, and comes later', async (_, fault) => {
    const stage = await signedIn({ home })
    const seen = watch(stage)
    stage.provider.faults.token.always(fault)
    sleep(601_000)
    expect((await refusal(stage.auth.authFetch(API))).code).toBe('network')
    expect(toApi(stage)).toEqual([])
    stage.provider.faults.token.never()
    await advance(120_000)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect(seen.map(renewalOf)).toEqual(['degraded', 'fresh'])
    expect(stage.auth.state).toBe(seen.at(-1))
  })

  it('G17 whose answer was lost ends in one login, and no loop', async () => {
    const stage = await signedIn({ home })
    const seen = watch(stage)
    stage.provider.faults.token.once(losesTheAnswer)
    await advance(1_200_000)
    expectSignedOut(stage.auth.state, 'login_required')
    expect(seen.map(renewalOf)).toEqual(['degraded', 'signed-out'])
    expect(refreshes(stage)).toBe(2)
  })

  it('G33 without a refresh token comes from a hidden frame', async () => {
    const stage = await signedIn({ home, provider: { refreshTokens: 'none' } })
    const asked: string[] = []
    stage.tab.frame = (url) => {
      asked.push(url)
      return stage.provider.visit(url)
    }
    sleep(601_000)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect(asked).toHaveLength(1)
    expect(new URL(asked[0] ?? '').searchParams.get('prompt')).toBe('none')
    stage.provider.signIn(undefined)
    sleep(601_000)
    expect((await refusal(stage.auth.authFetch(API))).code).toBe('login_required')
    expectSignedOut(stage.auth.state, 'login_required')
  })

  it('G33 from a frame that never loads is given up in bounded time, and signs nobody out', async () => {
    const stage = await signedIn({ home, provider: { refreshTokens: 'none' } })
    stage.tab.frame = async () => undefined
    sleep(601_000)
    const asked = refusal(stage.auth.authFetch(API))
    await advance(30_000)
    expect((await asked).code).toBe('timeout')
    expect(stage.auth.state.status).toBe('signed-in')
  })
})

describe.each(HOMES)('%s: a session that ends while a call is under way', (home) => {
  it('J09 rejects the call with login_required, and its answer is not handed on', async () => {
    const stage = await signedIn({ home })
    const api = held()
    stage.provider.faults.api.once(api)
    const asked = refusal(stage.auth.authFetch(API))
    await api.asked
    await settled()
    await stage.auth.logout()
    api.release()
    expect((await asked).code).toBe('login_required')
    await settled()
    expect(toApi(stage)[0]?.request.signal.aborted).toBe(true)
  })

  it('J09 rejects the calls that wait for a refresh', async () => {
    const stage = await atExpiry({ home })
    const token = held()
    stage.provider.faults.token.once(token)
    const asked = [1, 2, 3].map(() => refusal(stage.auth.authFetch(API)))
    await token.asked
    await settled()
    await stage.auth.logout()
    token.release()
    expect((await Promise.all(asked)).map(({ code }) => code)).toEqual(Array(3).fill('login_required'))
    expect(toApi(stage)).toEqual([])
    await settled()
    expect(stage.auth.state).toEqual({ status: 'signed-out' })
  })
})
