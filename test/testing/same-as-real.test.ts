// @vitest-environment node
import type { Auth, AuthOptions } from 'latchkey'
import {
  breaks,
  createTestAuth,
  createTestBrowser,
  createTestProvider,
  type TestBrowser,
  unauthorized,
} from 'latchkey/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { expectRefusal, refusal } from '../outcome.ts'

const API = 'https://api.example.com/notes'
const apis = [{ url: 'https://api.example.com/' }]

interface Play {
  readonly auth: Auth
  /** From now on the API answers so. */
  readonly answer: (respond: () => Response) => void
  /** The provider ends the session, and the API says no. */
  readonly endSession: () => void
  /** The provider is out of reach, and the API says no. */
  readonly degrade: () => Promise<void>
  /** Both are well again. */
  readonly recover: () => Promise<void>
}

let browser: TestBrowser | undefined

const PLAYS = {
  async real(): Promise<Play> {
    const provider = createTestProvider()
    browser = createTestBrowser(provider)
    const options: Partial<AuthOptions> = { apis, patience: 0 }
    const refuse = () => unauthorized('Bearer error="invalid_token"')
    const auth = await browser.signIn(options)
    return {
      auth,
      answer: (respond) => provider.faults.api.always(respond),
      endSession() {
        provider.revokeEverything()
        provider.faults.api.always(refuse)
      },
      async degrade() {
        provider.faults.token.always(breaks)
        provider.faults.api.always(refuse)
        await auth.authFetch(API).catch(() => {})
      },
      async recover() {
        provider.faults.token.never()
        provider.faults.api.never()
        auth.retry()
        await expect.poll(() => auth.state).toMatchObject({ renewal: { status: 'fresh' } })
      },
    }
  },
  async test(): Promise<Play> {
    let answer = () => new Response()
    const auth = createTestAuth({ apis, respond: () => answer() })
    await auth.start()
    return {
      auth,
      answer(respond) {
        answer = respond
      },
      endSession: () => auth.failures.authFetch.once('login_required'),
      async degrade() {
        answer = () => unauthorized('Bearer error="invalid_token"')
        auth.degrade()
      },
      async recover() {
        answer = () => new Response()
        auth.recover()
      },
    }
  },
}

afterEach(() => browser?.close())

const heardBy = (auth: Auth) => {
  const heard: unknown[] = []
  auth.subscribe((state) => heard.push(state))
  return heard
}

describe.each(['real', 'test'] as const)('The %s auth', (kind) => {
  const begin = PLAYS[kind]

  it('says who is signed in, in a state that is frozen throughout', async () => {
    const { auth } = await begin()
    expect(await auth.start()).toBe(auth.state)
    expect(await auth.start()).toBe(await auth.start())
    expect(auth.state).toMatchObject({ status: 'signed-in', session: { scope: ['openid', 'profile', 'email'] } })
    if (auth.state.status !== 'signed-in') throw new Error('not signed in')
    const { session } = auth.state
    expect(session.user).toEqual({ sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' })
    for (const part of [auth.state, session, session.user, session.scope]) expect(Object.isFrozen(part)).toBe(true)
  })

  it('signs out once, tells of it once, and then has nobody to ask for', async () => {
    const { auth } = await begin()
    const heard = heardBy(auth)
    expect(await auth.logout()).toBe('provider')
    expect(await auth.logout()).toBe('provider')
    expect(heard).toEqual([{ status: 'signed-out' }])
    await expectRefusal(auth.authFetch(API), 'login_required')
    await expectRefusal(auth.userInfo(), 'login_required')
  })

  it('ends with the session, and refuses with the same reason from then on', async () => {
    const { auth, endSession } = await begin()
    const heard = heardBy(auth)
    endSession()
    const error = await refusal(auth.authFetch(API))
    expect(error.code).toBe('login_required')
    expect(auth.state).toEqual({ status: 'signed-out', reason: error })
    expect(heard).toEqual([auth.state])
    expect(await refusal(auth.authFetch(API))).toBe(error)
    expect(heard).toHaveLength(1)
  })

  it.each([
    ['https://evil.example/', {}, 'api_not_allowed'],
    ['https://me@api.example.com/', {}, 'configuration'],
    ['http://api.example.com/', {}, 'api_not_allowed'],
    ['/notes', {}, 'api_not_allowed'],
    [API, { headers: { authorization: 'Basic x' } }, 'configuration'],
    [API, { mode: 'no-cors' }, 'configuration'],
    [API, { method: 'GET', body: 'x' }, 'configuration'],
  ] as const)('refuses %s with %j', async (url, init, code) => {
    const { auth } = await begin()
    await expectRefusal(auth.authFetch(url, init), code)
  })

  it('hands on what the API answers, and a second 401 too', async () => {
    const { auth, answer } = await begin()
    const cors = { 'access-control-allow-origin': '*' }
    answer(() => new Response('broken', { status: 500, headers: cors }))
    const response = await auth.authFetch(API, { method: 'POST', body: 'x' })
    expect([response.status, await response.text()]).toEqual([500, 'broken'])
    answer(() => unauthorized('Bearer error="invalid_token"'))
    expect((await auth.authFetch(API)).status).toBe(401)
    expect(auth.state.status).toBe('signed-in')
  })

  it('shows that renewing fails, refuses what needs a new token, and shows when that is over', async () => {
    const { auth, degrade, recover } = await begin()
    const heard = heardBy(auth)
    const before = Date.now()
    await degrade()
    expect(auth.state).toMatchObject({ status: 'signed-in', renewal: { status: 'degraded', code: 'network' } })
    if (auth.state.status !== 'signed-in' || auth.state.renewal.status !== 'degraded') throw new Error('not degraded')
    expect(Object.isFrozen(auth.state.renewal)).toBe(true)
    expect(auth.state.renewal.since).toBeGreaterThanOrEqual(before)
    await expectRefusal(auth.authFetch(API), 'network')
    expect(heard).toEqual([auth.state])
    await recover()
    expect((await auth.authFetch(API)).status).toBe(200)
    expect(heard).toHaveLength(2)
    expect(heard[1]).toMatchObject({ status: 'signed-in', renewal: { status: 'fresh' } })
  })

  it('hands a step-up challenge on as an error', async () => {
    const { auth, answer } = await begin()
    answer(() => unauthorized('Bearer error="insufficient_user_authentication", acr_values="mfa"'))
    expect(await refusal(auth.authFetch(API))).toMatchObject({ code: 'step_up_required', stepUp: { acrValues: 'mfa' } })
  })

  it('goes with the signal of the caller', async () => {
    const { auth } = await begin()
    const asked = auth.authFetch(API, { signal: AbortSignal.abort() })
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('refuses to come back to another origin, and leaves the state alone when it leaves the page', async () => {
    const { auth } = await begin()
    const heard = heardBy(auth)
    await expectRefusal(auth.login({ returnTo: 'https://evil.example/' }), 'configuration')
    await auth.login({ returnTo: '/notes' })
    expect(heard).toEqual([])
  })

  it('answers userInfo with the claims of the person', async () => {
    const { auth } = await begin()
    expect(await auth.userInfo()).toMatchObject({ sub: 'ada', name: 'Ada Lovelace' })
  })

  it('forgets and says nothing more once it is disposed', async () => {
    const { auth } = await begin()
    const heard = heardBy(auth)
    auth.dispose()
    expect(auth.state).toEqual({ status: 'signed-out' })
    expect(heard).toEqual([])
  })

  it('works taken apart', async () => {
    const { login, logout, authFetch, userInfo, start, subscribe, dispose } = (await begin()).auth
    subscribe(() => {})
    await start()
    await login()
    expect((await userInfo()).sub).toBe('ada')
    expect((await authFetch(API)).status).toBe(200)
    expect(await logout()).toBe('provider')
    dispose()
  })
})
