// @vitest-environment node
import { type Auth, AuthError, type AuthState } from 'latchkey'
import { createTestAuth, GRACE, type TestAuth, unauthorized } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { expectRefusal, refusal } from '../outcome.ts'

const API = 'https://api.example.com/notes'

/** What listeners hear. */
function heardBy(auth: Auth): AuthState['status'][] {
  const heard: AuthState['status'][] = []
  auth.subscribe(({ status }) => heard.push(status))
  return heard
}

describe('A test auth', () => {
  it('is signed in as Ada from the first moment, without window or network', async () => {
    const auth = createTestAuth()
    expect(auth.state).toEqual({
      status: 'signed-in',
      session: {
        user: { sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' },
        scope: ['openid', 'profile', 'email'],
      },
      renewal: { status: 'fresh' },
    })
    expect(await auth.start()).toBe(auth.state)
  })

  it('takes the user, the scope and the end of the token from its options', () => {
    const { state } = createTestAuth({ user: GRACE, scope: 'openid notes:read', expiresAt: 5 })
    expect(state).toEqual({
      status: 'signed-in',
      session: { user: GRACE, scope: ['openid', 'notes:read'], expiresAt: 5 },
      renewal: { status: 'fresh' },
    })
    expect(createTestAuth({ scope: ['a', 'b c'] }).state).toMatchObject({ session: { scope: ['a', 'b', 'c'] } })
  })

  it('freezes every state throughout, and leaves the object that it was given alone', () => {
    const user = { sub: 'ada', address: { town: 'London' } }
    const auth = createTestAuth({ user })
    if (auth.state.status !== 'signed-in') throw new Error('not signed in')
    const { session } = auth.state
    for (const part of [auth.state, session, session.scope, session.user, session.user.address])
      expect(Object.isFrozen(part)).toBe(true)
    expect(Object.isFrozen(user.address)).toBe(false)
    auth.expire()
    expect(Object.isFrozen(auth.state)).toBe(true)
    expect(Object.isFrozen(createTestAuth({ status: 'loading' }).state)).toBe(true)
  })

  it('shows of the claims what the real one would', () => {
    expect(createTestAuth({ user: { sub: 'ada', iss: 'x', nonce: 'y', name: 7 as never } }).state).toMatchObject({
      session: { user: { sub: 'ada' } },
    })
    const { state } = createTestAuth({ user: { sub: 'ada', iss: 'x', nonce: 'y' } })
    expect(state.status === 'signed-in' && Object.keys(state.session.user)).toEqual(['sub'])
  })

  it('that loads finishes its start when somebody decides how', async () => {
    const auth = createTestAuth({ status: 'loading' })
    const started = auth.start()
    expect(auth.start()).toBe(started)
    expect(auth.state).toEqual({ status: 'loading', waitingFor: 'start' })
    auth.signIn(GRACE)
    expect(await started).toMatchObject({ status: 'signed-in', session: { user: GRACE } })
    const other = createTestAuth({ status: 'loading' })
    const begun = other.start()
    other.signOut('provider_error')
    expect(await begun).toMatchObject({ status: 'signed-out', reason: { code: 'provider_error' } })
  })

  it('says what it waits for, and where the tokens are', () => {
    const auth = createTestAuth({ status: 'loading', waitingFor: 'redirect', home: 'shared-worker' })
    expect(auth.state).toEqual({ status: 'loading', waitingFor: 'redirect' })
    expect(auth.home).toBe('shared-worker')
    expect(createTestAuth().home).toBe('page')
  })

  it('says why nobody is signed in', () => {
    const { state } = createTestAuth({ status: 'signed-out', reason: 'token_invalid' })
    expect(state).toMatchObject({ status: 'signed-out', reason: { code: 'token_invalid' } })
    expect(state.status === 'signed-out' && state.reason).toBeInstanceOf(AuthError)
    expect(createTestAuth({ status: 'signed-out' }).state).toEqual({ status: 'signed-out' })
  })

  it('tells of what a person could notice, and of nothing else', async () => {
    const auth = createTestAuth({ status: 'signed-out' })
    const heard = heardBy(auth)
    auth.signIn()
    auth.signIn()
    auth.expire()
    auth.expire()
    auth.signIn(GRACE)
    auth.signIn()
    await auth.logout()
    await auth.logout()
    expect(heard).toEqual(['signed-in', 'signed-out', 'signed-in', 'signed-in', 'signed-out'])
  })

  it('says nothing to who has stopped listening, and nothing once it is disposed', () => {
    const auth = createTestAuth()
    const heard = heardBy(auth)
    const stop = auth.subscribe(() => heard.push('loading'))
    stop()
    auth.dispose()
    auth.signIn(GRACE)
    expect(heard).toEqual([])
  })
})

describe('Its verbs', () => {
  it('login is written down and leaves the state as it is', async () => {
    const auth = createTestAuth({ status: 'signed-out' })
    const { login } = auth
    await login({ returnTo: '/notes/7' })
    await login()
    expect(auth.logins).toEqual([{ returnTo: '/notes/7' }, {}])
    expect(auth.state.status).toBe('signed-out')
  })

  it('a second login while the first is under way is the same', async () => {
    const auth = createTestAuth({ status: 'signed-out' })
    await Promise.all([auth.login(), auth.login({ returnTo: '/other' })])
    expect(auth.logins).toEqual([{}])
  })

  it('login waits for the start', async () => {
    const auth = createTestAuth({ status: 'loading' })
    const leaving = auth.login()
    expect(auth.logins).toEqual([])
    auth.signOut()
    await leaving
    expect(auth.logins).toHaveLength(1)
  })

  it('login refuses to return to another origin', async () => {
    const auth = createTestAuth()
    await expectRefusal(auth.login({ returnTo: 'https://evil.example/' }), 'configuration')
    expect(auth.logins).toEqual([])
  })

  it('logout signs out without a reason, and answers where the person is sent', async () => {
    const auth = createTestAuth()
    expect(await auth.logout()).toBe('provider')
    expect(auth.state).toEqual({ status: 'signed-out' })
    expect(await auth.logout()).toBe('provider')
    expect(await createTestAuth({ logout: 'local' }).logout()).toBe('local')
    expect(auth.logouts()).toBe(2)
  })

  it('userInfo answers the claims of the user and what else the provider knows', async () => {
    const auth = createTestAuth({ userInfo: { phone: '1' } })
    expect(await auth.userInfo()).toEqual({ sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com', phone: '1' })
    auth.expire()
    await expectRefusal(auth.userInfo(), 'login_required')
  })
})

describe('Its login in a popup', () => {
  it('signs in the user of the options, and tells of it', async () => {
    const auth = createTestAuth({ status: 'signed-out', user: GRACE })
    const heard = heardBy(auth)
    await auth.login({ mode: 'popup' })
    expect(auth.state).toMatchObject({ status: 'signed-in', session: { user: GRACE } })
    expect(auth.logins).toEqual([{ mode: 'popup' }])
    expect(heard).toEqual(['signed-in'])
  })

  it.each(['popup_blocked', 'popup_closed', 'provider_error', 'callback_expired', 'network'] as const)(
    'rejects with %s when told to, and signs nobody in',
    async (code) => {
      const auth = createTestAuth({ status: 'signed-out' })
      auth.failures.login.once(code)
      await expectRefusal(auth.login({ mode: 'popup' }), code)
      expect(auth.state).toEqual({ status: 'signed-out' })
      expect(auth.logins).toEqual([])
    },
  )

  it('that fails leaves the session that is there', async () => {
    const auth = createTestAuth()
    auth.failures.login.once('popup_closed')
    await expectRefusal(auth.login({ mode: 'popup' }), 'popup_closed')
    expect(auth.state.status).toBe('signed-in')
  })
})

describe('Its accessToken', () => {
  const apis = [{ url: API }]

  it('is there only in an app that asks for it', async () => {
    expect(createTestAuth()).not.toHaveProperty('accessToken')
    const auth = createTestAuth({ exposeAccessToken: true, respond: () => new Response() })
    await auth.authFetch(API)
    expect(auth.requests[0]?.headers.get('authorization')).toBe(`Bearer ${await auth.accessToken(API)}`)
  })

  it('is for the APIs alone, and for who is signed in', async () => {
    const auth = createTestAuth({ exposeAccessToken: true, apis })
    expect(await auth.accessToken(new URL(API))).toMatch(/\S/)
    await expectRefusal(auth.accessToken('https://evil.example/'), 'api_not_allowed')
    auth.expire()
    await expectRefusal(auth.accessToken(API), 'login_required')
  })

  it('fails as it is told', async () => {
    const auth = createTestAuth({ exposeAccessToken: true })
    auth.failures.accessToken.once('timeout')
    await expectRefusal(auth.accessToken(API), 'timeout')
    expect(await auth.accessToken(API)).toMatch(/\S/)
  })
})

describe('Its authFetch', () => {
  it('asks `respond` with the request that an API would get', async () => {
    const auth = createTestAuth({
      respond: async (request) => Response.json({ said: await request.json(), by: request.method }, { status: 201 }),
    })
    const response = await auth.authFetch(API, { method: 'POST', body: '{"a":1}' })
    expect(response.status).toBe(201)
    expect(await response.json()).toEqual({ said: { a: 1 }, by: 'POST' })
    const [request] = auth.requests
    expect(request?.url).toBe(API)
    expect(request?.headers.get('authorization')).toMatch(/^Bearer \S+$/)
    expect(await request?.json()).toEqual({ a: 1 })
  })

  it('takes a URL, a Request and, where there is no document, a path', async () => {
    const auth = createTestAuth({ respond: ({ url }) => new Response(url) })
    const asked = [new URL(API), new Request(API), '/notes'].map(async (input) => (await auth.authFetch(input)).text())
    expect(await Promise.all(asked)).toEqual([API, API, 'http://localhost/notes'])
  })

  it.each(['signed-out', 'loading'] as const)('rejects with login_required while %s, asking nobody', async (status) => {
    const auth = createTestAuth({ status, respond: () => new Response() })
    await expectRefusal(auth.authFetch(API), 'login_required')
    expect(auth.requests).toEqual([])
  })

  it('rejects with the reason that the session is over for', async () => {
    const auth = createTestAuth({ respond: () => new Response() })
    auth.expire()
    expect(await refusal(auth.authFetch(API))).toBe(auth.state.status === 'signed-out' && auth.state.reason)
  })

  it.each([
    'https://evil.example/',
    'https://api.example.com.evil.example/notes',
    'https://api.example.com/notesx',
    'https://api.example.com/notes/%2e%2e/admin',
  ])('with `apis` it refuses %s', async (url) => {
    const auth = createTestAuth({ apis: [{ url: API }], respond: () => new Response('fine') })
    await expectRefusal(auth.authFetch(url), 'api_not_allowed')
    await expectRefusal(auth.authFetch('https://me@api.example.com/notes'), 'configuration')
    expect(auth.requests).toEqual([])
    expect(await (await auth.authFetch(`${API}/7`)).text()).toBe('fine')
  })

  it('refuses an Authorization of the caller', async () => {
    const auth = createTestAuth({ respond: () => new Response() })
    await expectRefusal(auth.authFetch(API, { headers: { authorization: 'Basic x' } }), 'configuration')
  })

  it('tries a 401 once more and hands the second on', async () => {
    const auth = createTestAuth({ respond: () => unauthorized('Bearer error="invalid_token"') })
    expect((await auth.authFetch(API)).status).toBe(401)
    expect(auth.requests).toHaveLength(2)
  })

  it('turns a step-up challenge into step_up_required', async () => {
    const auth = createTestAuth({
      respond: () => unauthorized('Bearer error="insufficient_user_authentication", acr_values="mfa", max_age=60'),
    })
    expect(await refusal(auth.authFetch(API))).toMatchObject({
      code: 'step_up_required',
      stepUp: { acrValues: 'mfa', maxAge: 60 },
    })
  })

  it('can be aborted, and ends as fetch does when `respond` throws', async () => {
    const endless = createTestAuth({ respond: () => new Promise<Response>(() => {}) })
    const abort = new AbortController()
    const asked = endless.authFetch(API, { signal: abort.signal })
    abort.abort()
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
    const broken = createTestAuth({
      respond: () => {
        throw new TypeError('Failed to fetch')
      },
    })
    await expect(broken.authFetch(API)).rejects.toThrow('Failed to fetch')
  })

  it.each([
    ['the session ends', (auth: TestAuth) => auth.expire()],
    ['the person signs out', (auth: TestAuth) => void auth.logout()],
    ['another person signs in', (auth: TestAuth) => auth.signIn(GRACE)],
  ])('rejects with login_required when %s before the answer has come', async (_, end) => {
    const auth = createTestAuth({ respond: () => new Promise<Response>(() => {}) })
    const asked = refusal(auth.authFetch(API))
    await expect.poll(() => auth.requests.length).toBe(1)
    end(auth)
    expect((await asked).code).toBe('login_required')
  })

  it('goes on when the same person signs in anew', async () => {
    let answer = (_: Response) => {}
    const auth = createTestAuth({
      respond: () =>
        new Promise<Response>((resolve) => {
          answer = resolve
        }),
    })
    const asked = auth.authFetch(API)
    await expect.poll(() => auth.requests.length).toBe(1)
    auth.signIn()
    answer(new Response('fine'))
    expect(await (await asked).text()).toBe('fine')
  })

  it('says what is missing without `respond`', async () => {
    await expect(createTestAuth().authFetch(API)).rejects.toThrow('createTestAuth() needs `respond`')
  })
})

describe('Its failures', () => {
  it('come once, in order, and then no more', async () => {
    const auth = createTestAuth({ status: 'signed-out' })
    auth.failures.login.once('network')
    auth.failures.login.once(new AuthError('timeout', 'Too late.'))
    await expectRefusal(auth.login(), 'network')
    expect((await refusal(auth.login())).message).toBe('Too late.')
    await auth.login()
    expect(auth.logins).toEqual([{}])
  })

  it('stay until they are taken away', async () => {
    const auth = createTestAuth({ respond: () => new Response('back') })
    auth.failures.authFetch.always('network')
    await expectRefusal(auth.authFetch(API), 'network')
    await expectRefusal(auth.authFetch(API), 'network')
    expect(auth.state.status).toBe('signed-in')
    auth.failures.authFetch.never()
    expect(await (await auth.authFetch(API)).text()).toBe('back')
  })

  it.each([
    ['login_required', 'authFetch'],
    ['login_required', 'userInfo'],
    ['vault_unavailable', 'authFetch'],
    ['vault_unavailable', 'userInfo'],
  ] as const)('%s of %s ends the session too', async (code, verb) => {
    const auth = createTestAuth()
    const heard = heardBy(auth)
    auth.failures[verb].once(code)
    const error = await refusal(verb === 'authFetch' ? auth.authFetch(API) : auth.userInfo())
    expect(error.code).toBe(code)
    expect(auth.state).toEqual({ status: 'signed-out', reason: error })
    expect(heard).toEqual(['signed-out'])
  })

  it('are none that the real one does not have', async () => {
    const auth = createTestAuth()
    auth.failures.login.once(new AuthError('api_not_allowed', 'Never.'))
    await expect(auth.login()).rejects.toThrow('login() never rejects with api_not_allowed.')
    auth.failures.login.once('popup_closed')
    await expect(auth.login()).rejects.toThrow('login() never rejects with popup_closed.')
    // @ts-expect-error: a login never asks an API
    auth.failures.login.once('step_up_required')
    await expect(auth.login()).rejects.toThrow(TypeError)
  })
})
