// @vitest-environment node
import { type Auth, AuthError, type AuthState } from 'latchkey'
import { createTestAuth, GRACE, unauthorized } from 'latchkey/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { expectRefusal, refusal } from '../outcome.ts'
import { renewalOf } from '../refreshing.ts'

const API = 'https://api.example.com/notes'
const respond = () => new Response('fine')

function heardBy(auth: Auth): AuthState[] {
  const heard: AuthState[] = []
  auth.subscribe((state) => heard.push(state))
  return heard
}

afterEach(() => void vi.useRealTimers())

/** The token is over: what needs one needs a new one. */
const outOfDate = () => createTestAuth({ expiresAt: Date.now(), exposeAccessToken: true, respond })

describe('A test auth that is told that renewing fails', () => {
  it('shows since when and why, and tells of it once', () => {
    vi.useFakeTimers({ now: 7_000 })
    const auth = createTestAuth()
    const heard = heardBy(auth)
    auth.degrade()
    expect(auth.state).toMatchObject({
      status: 'signed-in',
      session: { user: { sub: 'ada' } },
      renewal: { status: 'degraded', since: 7_000, code: 'network' },
    })
    vi.setSystemTime(9_000)
    auth.degrade('timeout')
    expect(auth.state).toMatchObject({ renewal: { status: 'degraded', since: 7_000, code: 'timeout' } })
    expect(heard.map(renewalOf)).toEqual(['degraded'])
  })

  it('tells of the end of it, and of nothing where nothing was wrong', () => {
    const auth = createTestAuth({ expiresAt: 5 })
    const heard = heardBy(auth)
    auth.recover()
    auth.degrade()
    auth.recover(9)
    expect(heard.map(renewalOf)).toEqual(['degraded', 'fresh'])
    expect(auth.state).toBe(heard[1])
    expect(auth.state).toMatchObject({ session: { expiresAt: 9 }, renewal: { status: 'fresh' } })
  })

  it('tells who asks for it of the failures after the first', () => {
    const auth = createTestAuth()
    const heard: AuthState[] = []
    auth.subscribe((state) => heard.push(state), { silent: true })
    auth.degrade()
    auth.degrade('timeout')
    auth.recover()
    expect(heard.map(renewalOf)).toEqual(['degraded', 'degraded', 'fresh'])
  })

  it.each([
    ['for as long as it is good', Date.now() + 3_600_000],
    ['for ever, where nobody knows how long that is', undefined],
  ])('uses the token that is there %s', async (_, expiresAt) => {
    const auth = createTestAuth({ respond, ...(expiresAt && { expiresAt }) })
    auth.degrade()
    expect(await (await auth.authFetch(API)).text()).toBe('fine')
    expect(await auth.userInfo()).toMatchObject({ sub: 'ada' })
  })

  it.each(['network', 'timeout', 'provider_invalid'] as const)(
    'rejects with %s what needs a new one, sends nothing, and goes on when it is over',
    async (code) => {
      const auth = outOfDate()
      auth.degrade(code)
      await expectRefusal(auth.authFetch(API), code)
      await expectRefusal(auth.userInfo(), code)
      await expectRefusal(auth.accessToken(API), code)
      expect(auth.requests).toEqual([])
      expect(auth.state.status).toBe('signed-in')
      auth.recover()
      expect(await (await auth.authFetch(API)).text()).toBe('fine')
      expect(await auth.accessToken(API)).toMatch(/\S/)
    },
  )

  it('rejects with the very error that it was told', async () => {
    const auth = outOfDate()
    const error = new AuthError('network', 'Too many.', { retryAfter: 30_000 })
    auth.degrade(error)
    expect(await refusal(auth.authFetch(API))).toBe(error)
    expect(auth.state).toMatchObject({ renewal: { code: 'network' } })
  })

  it('rejects a call whose token the API refuses, since there is no newer one', async () => {
    const auth = createTestAuth({ respond: () => unauthorized('Bearer error="invalid_token"') })
    auth.degrade('timeout')
    await expectRefusal(auth.authFetch(API), 'timeout')
    expect(auth.requests).toHaveLength(1)
  })

  it('counts how often somebody tried again', () => {
    const { retry, retries, degrade, state } = createTestAuth()
    expect(retries()).toBe(0)
    degrade()
    retry()
    retry()
    expect(retries()).toBe(2)
    expect(state.status).toBe('signed-in')
  })

  it('can end all the same', async () => {
    const auth = outOfDate()
    const heard = heardBy(auth)
    auth.degrade()
    auth.expire()
    expect(heard.map(renewalOf)).toEqual(['degraded', 'signed-out'])
    await expectRefusal(auth.authFetch(API), 'login_required')
    auth.recover()
    expect(heard).toHaveLength(2)
  })

  it('is well again with the next sign-in, and says so', () => {
    const auth = createTestAuth()
    const heard = heardBy(auth)
    auth.degrade()
    auth.signIn()
    auth.degrade()
    auth.signIn(GRACE)
    expect(heard.map(renewalOf)).toEqual(['degraded', 'fresh', 'degraded', 'fresh'])
  })

  it('says nothing more once it is disposed', () => {
    const auth = createTestAuth()
    const heard: AuthState[] = []
    auth.subscribe((state) => heard.push(state), { silent: true })
    auth.dispose()
    auth.signIn()
    auth.degrade()
    expect(heard).toEqual([])
  })
})

describe('Its option `renewal`', () => {
  it.each([
    ['refreshing', { status: 'refreshing' }],
    ['degraded', { status: 'degraded', since: expect.any(Number), code: 'network' }],
    [
      { status: 'degraded', since: 7, code: 'timeout' },
      { status: 'degraded', since: 7, code: 'timeout' },
    ],
  ] as const)('%j is how it begins', (renewal, expected) => {
    const { state } = createTestAuth({ renewal })
    expect(state.status === 'signed-in' && state.renewal).toEqual(expected)
    expect(state.status === 'signed-in' && Object.isFrozen(state.renewal)).toBe(true)
  })

  it('fails as `degrade` does, and is over when somebody signs in', async () => {
    const renewal = { status: 'degraded', since: 7, code: 'timeout' } as const
    const auth = createTestAuth({ renewal, expiresAt: Date.now(), respond })
    await expectRefusal(auth.authFetch(API), 'timeout')
    auth.signIn()
    expect(auth.state).toMatchObject({ renewal: { status: 'fresh' } })
  })
})

describe('What can never be', () => {
  it('is refused: failures that do not pass, and sessions that nobody has', () => {
    const auth = createTestAuth()
    expect(() => auth.degrade(new AuthError('login_required', 'Over.'))).toThrow('does not pass')
    // @ts-expect-error: that ends a session
    expect(() => auth.degrade('token_invalid')).toThrow(TypeError)
    auth.expire()
    expect(() => auth.degrade()).toThrow('needs somebody who is signed in')
    expect(() => createTestAuth({ status: 'loading' }).degrade()).toThrow(TypeError)
  })
})
