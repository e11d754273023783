// @vitest-environment node
import { answers, breaks, changes, held } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API } from '../api-calls.ts'
import { settled, sleep, until } from '../clock.ts'
import { expectSignedOut, refusal } from '../outcome.ts'
import { refreshesAt, wake } from '../refreshing.ts'
import { afterReload, beside, expectNoTokenTwice, type Keeping, keptIn, keptSession, withFrames } from './keeping.ts'

/** The refresh token is spent at the provider, and its answer is on the way. */
async function spending(stage: Keeping) {
  const token = held()
  stage.provider.faults.token.once(token)
  sleep(601_000)
  stage.tab.focus()
  stage.auth.authFetch(API).catch(() => {})
  await token.asked
  await settled()
  return token
}

/** The token is out, and the first attempt to renew it comes to nothing. */
async function failsOnce(stage: Keeping) {
  sleep(601_000)
  stage.tab.focus()
  stage.auth.authFetch(API).catch(() => {})
  await until(() => refreshesAt(stage).length === 1)
  await settled()
}

describe('A renewal that nobody writes down', () => {
  it('since its page was reloaded, is made without the refresh token, which may be spent', async () => {
    const stage = await keptSession()
    withFrames(stage)
    await spending(stage)
    const next = await afterReload(stage)
    expect(next.auth.state).toMatchObject({ status: 'signed-in', session: { user: { sub: 'ada' } } })
    expect((await next.auth.authFetch(API)).status).toBe(200)
    expect(refreshesAt(next)).toHaveLength(1)
    expectNoTokenTwice(next)
    expect(keptIn(next)).not.toHaveProperty('spender')
  })

  it('since its tab was killed, is made by the next that waits', async () => {
    const one = await keptSession()
    const other = await beside(one)
    withFrames(other)
    await spending(one)
    other.tab.focus()
    const waiting = other.auth.authFetch(API)
    await settled()
    one.store.kill()
    expect((await waiting).status).toBe(200)
    expectNoTokenTwice(one)
  })

  it('G17 ends the session where neither a frame nor a time of grace helps: once, for all', async () => {
    const one = await keptSession()
    const other = await beside(one)
    const third = await beside(one)
    await spending(one)
    one.store.kill()
    for (const { tab, auth } of [other, third]) {
      tab.focus()
      expect((await refusal(auth.authFetch(API))).code).toBe('login_required')
      expectSignedOut(auth.state, 'login_required')
    }
    // The second is the last hope of the first tab that found the note; the third tab asks no more.
    expect(refreshesAt(one)).toHaveLength(2)
    expect(one.store.kept.size).toBe(0)
  })

  it('still loads: nobody waits for it while the token is good', async () => {
    const stage = await keptSession()
    sleep(540_000)
    const token = held()
    stage.provider.faults.token.once(token)
    wake(stage.tab)
    await token.asked
    const asked = stage.provider.requests.length
    const next = await afterReload(stage)
    expect(next.auth.state).toMatchObject({ status: 'signed-in' })
    expect(next.provider.requests).toHaveLength(asked)
  })

  it('comes late in a tab that was frozen: the others have gone on, and it takes what they have', async () => {
    const one = await keptSession()
    const other = await beside(one)
    withFrames(other)
    const token = await spending(one)
    one.store.kill()
    other.tab.focus()
    expect((await other.auth.authFetch(API)).status).toBe(200)
    const { accessToken } = keptIn(one).tokens
    token.release()
    await settled()
    expect(keptIn(one).tokens.accessToken).toBe(accessToken)
    one.tab.focus()
    expect((await one.auth.authFetch(API)).status).toBe(200)
    const [seen] = one.provider.requestsTo('api').slice(-1)
    expect(seen?.request.headers.get('authorization')).toBe(`Bearer ${accessToken}`)
    expectNoTokenTwice(one)
  })
})

describe('A refresh token that may be spent', () => {
  it('is not tried when asking in a frame fails in passing either', async () => {
    const stage = await keptSession()
    withFrames(stage)
    await spending(stage)
    stage.provider.faults.token.once(breaks)
    const next = await afterReload(stage)
    expect(next.auth.state).toMatchObject({ status: 'signed-in' })
    wake(next.tab)
    expect((await next.auth.authFetch(API)).status).toBe(200)
    const codes = next.provider.requestsTo('token').filter(({ form }) => form.has('code'))
    expect(codes).toHaveLength(3)
    expectNoTokenTwice(next)
  })

  it('is none that a tab has not sent which was disposed of before its turn', async () => {
    const one = await keptSession()
    const other = await beside(one)
    const token = held()
    one.provider.faults.token.once(async (request) => {
      await token(request, async () => new Response())
      return breaks(request, async () => new Response())
    })
    sleep(601_000)
    one.tab.focus()
    one.auth.authFetch(API).catch(() => {})
    await token.asked
    other.auth.authFetch(API).catch(() => {})
    await settled()
    other.auth.dispose()
    token.release()
    await settled()
    expect(refreshesAt(one)).toHaveLength(1)
    expect(keptIn(one)).not.toHaveProperty('spender')
    wake(one.tab)
    expect((await one.auth.authFetch(API)).status).toBe(200)
  })
})

describe('A renewal that fails', () => {
  it.each([
    ['G13 offline', breaks],
    ['G11 with 503', answers(503)],
  ])('%s signs nobody out, and is tried again with the same refresh token', async (_, fault) => {
    const one = await keptSession()
    const other = await beside(one)
    one.provider.faults.token.once(fault)
    await failsOnce(one)
    expect(keptIn(one)).not.toHaveProperty('spender')
    other.tab.focus()
    expect((await other.auth.authFetch(API)).status).toBe(200)
    wake(one.tab)
    one.tab.focus()
    expect((await one.auth.authFetch(API)).status).toBe(200)
    expect(refreshesAt(one)).toHaveLength(2)
    expect(one.provider.reuses()).toBe(0)
  })

  it('G09 for good ends the session of all tabs, with one request', async () => {
    const one = await keptSession()
    const other = await beside(one)
    one.provider.revokeEverything()
    sleep(601_000)
    one.tab.focus()
    expect((await refusal(one.auth.authFetch(API))).provider?.error).toBe('invalid_grant')
    other.tab.focus()
    expect((await refusal(other.auth.authFetch(API))).code).toBe('login_required')
    expect(refreshesAt(one)).toHaveLength(1)
    expect(one.store.kept.size).toBe(0)
  })

  it('G09 for good at the reload leaves nothing that a second reload would try', async () => {
    const stage = await keptSession({ options: { restore: [] } })
    stage.provider.revokeEverything()
    stage.provider.signIn(undefined)
    sleep(601_000)
    const next = await afterReload(stage)
    expect(next.auth.state.status).toBe('signed-out')
    const asked = refreshesAt(next).length
    await afterReload(next)
    expect(refreshesAt(next)).toHaveLength(asked)
  })

  it('keeps the refresh token that came with an answer which is refused', async () => {
    const one = await keptSession()
    const other = await beside(one)
    one.provider.faults.token.once(changes((body) => ({ ...body, access_token: undefined })))
    await failsOnce(one)
    other.tab.focus()
    expect((await other.auth.authFetch(API)).status).toBe(200)
    expectNoTokenTwice(one)
  })
})

describe('A store that does not work', () => {
  const broken = () => Promise.reject(new DOMException('Internal error', 'UnknownError'))

  it('from the start makes a session of this tab alone', async () => {
    const stage = await keptSession()
    const next = await afterReload(stage)
    next.store.fault = broken
    await next.auth.login()
    await next.tab.follow(next.provider)
    const back = { ...next, auth: next.tab.createAuth(next.options) }
    expect(await back.auth.start()).toMatchObject({ status: 'signed-in' })
    for (const lifetime of [1, 2]) {
      sleep(601_000)
      expect((await back.auth.authFetch(API)).status).toBe(200)
      expect(refreshesAt(back)).toHaveLength(lifetime)
    }
    expectNoTokenTwice(back)
    expect(await back.auth.logout()).toBe('provider')
  })

  it('while the token is good: no refresh token is risked, nobody is signed out', async () => {
    const one = await keptSession()
    one.store.fault = broken
    sleep(595_000)
    one.tab.focus()
    expect((await one.auth.authFetch(API)).status).toBe(200)
    expect(refreshesAt(one)).toEqual([])
    one.store.fault = () => {}
    sleep(2_000)
    wake(one.tab)
    expect((await one.auth.authFetch(API)).status).toBe(200)
    await until(() => refreshesAt(one).length === 1)
    expectNoTokenTwice(one)
  })

  it('when the token is out lets the tab go on by itself', async () => {
    const one = await keptSession()
    one.store.fault = broken
    sleep(601_000)
    one.tab.focus()
    expect((await one.auth.authFetch(API)).status).toBe(200)
    sleep(601_000)
    expect((await one.auth.authFetch(API)).status).toBe(200)
    expectNoTokenTwice(one)
  })

  it('and takes nothing more down costs nothing but the sharing', async () => {
    const one = await keptSession()
    one.store.fault = (use) => {
      if (use !== 'save') return
      one.store.kept.clear()
      throw new DOMException('full', 'QuotaExceededError')
    }
    sleep(601_000)
    one.tab.focus()
    expect((await one.auth.authFetch(API)).status).toBe(200)
    expect(one.auth.state.status).toBe('signed-in')
    expectNoTokenTwice(one)
  })
})
