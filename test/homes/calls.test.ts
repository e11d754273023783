// @vitest-environment node
import { ADA, answers, breaks, GRACE, hangs, held, redirects, unauthorized } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API, challenge, EXPIRED, first, refreshes, toApi } from '../api-calls.ts'
import { signedIn } from '../browser.ts'
import { settled } from '../clock.ts'
import { expectRefusal, refusal } from '../outcome.ts'
import { HOMES } from './home.ts'

const CORS = { 'access-control-allow-origin': '*' }

describe.each(HOMES)('%s: a call', (home) => {
  it('goes out with the token on it, and nothing else is changed', async () => {
    const stage = await signedIn({ home })
    const request = new Request(`${API}notes?page=2`, {
      method: 'PUT',
      headers: { 'x-own': '1', 'content-type': 'text/x-own' },
      body: 'text',
      credentials: 'include',
      cache: 'reload',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      integrity: 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
      keepalive: true,
    })
    await stage.auth.authFetch(request)
    const { request: sent } = first(toApi(stage))
    for (const name of [
      'url',
      'method',
      'mode',
      'credentials',
      'cache',
      'redirect',
      'referrerPolicy',
      'integrity',
      'keepalive',
    ] as const)
      expect(sent[name], name).toBe(request[name])
    expect(Object.fromEntries(sent.headers)).toEqual({
      'x-own': '1',
      'content-type': 'text/x-own',
      authorization: expect.stringMatching(/^Bearer ey/),
    })
    expect(await sent.text()).toBe('text')
    expect(request.headers.has('authorization')).toBe(false)
  })

  it('is answered by a real Response with everything that an answer has', async () => {
    const stage = await signedIn({ home })
    const headers = { ...CORS, 'x-own': '1', 'access-control-expose-headers': 'x-own', 'content-type': 'text/plain' }
    stage.provider.faults.api.once(() => new Response('made', { status: 201, statusText: 'Made', headers }))
    const response = await stage.auth.authFetch(`${API}notes`)
    expect(response).toBeInstanceOf(Response)
    const { status, statusText, ok, url, redirected, type, bodyUsed } = response
    expect({ status, statusText, ok, url, redirected, type, bodyUsed }).toEqual({
      status: 201,
      statusText: 'Made',
      ok: true,
      url: `${API}notes`,
      redirected: false,
      type: 'cors',
      bodyUsed: false,
    })
    expect(Object.fromEntries(response.headers)).toMatchObject({ 'x-own': '1', 'content-type': 'text/plain' })
    const copy = response.clone()
    expect([copy.url, copy.type, await copy.text()]).toEqual([`${API}notes`, 'cors', 'made'])
    expect(await response.text()).toBe('made')
    expect(response.bodyUsed).toBe(true)
    await expect(response.text()).rejects.toBeInstanceOf(TypeError)
  })

  it('says where it was redirected to', async () => {
    const stage = await signedIn({ home })
    stage.provider.faults.api.once(redirects(`${API}elsewhere`, 307))
    stage.provider.faults.api.once(answers(200, 'there', CORS))
    const response = await stage.auth.authFetch(API)
    expect([response.url, response.redirected, await response.text()]).toEqual([`${API}elsewhere`, true, 'there'])
  })

  it('that is not to follow a redirect is told that there was one', async () => {
    const stage = await signedIn({ home })
    stage.provider.faults.api.once(redirects(`${API}elsewhere`))
    const response = await stage.auth.authFetch(API, { redirect: 'manual' })
    expect([response.type, response.status, response.ok]).toEqual(['opaqueredirect', 0, false])
    expect(toApi(stage)).toHaveLength(1)
  })

  it.each([200, 201, 204, 205, 304, 400, 403, 404, 418, 429, 500, 503])(
    'H33 answered with %i is passed on',
    async (status) => {
      const stage = await signedIn({ home })
      const body = [204, 205, 304].includes(status) ? null : 'text'
      stage.provider.faults.api.once(() => new Response(body, { status, headers: CORS }))
      const response = await stage.auth.authFetch(API)
      expect(response.status).toBe(status)
      if (body === null) expect(response.body).toBeNull()
      expect(await response.text()).toBe(body ?? '')
      expect(toApi(stage)).toHaveLength(1)
    },
  )

  it('with HEAD is one, and with an empty answer has an empty body', async () => {
    const stage = await signedIn({ home })
    stage.provider.faults.api.once(() => new Response(null, { headers: CORS }))
    await stage.auth.authFetch(API, { method: 'HEAD' })
    expect(first(toApi(stage)).request.method).toBe('HEAD')
    stage.provider.faults.api.once(() => new Response('', { headers: CORS }))
    expect((await (await stage.auth.authFetch(API)).arrayBuffer()).byteLength).toBe(0)
  })

  it.each([
    ['https://evil.example/'],
    ['https://api.example.com.evil.example/'],
    ['http://api.example.com/'],
    ['https://login.example.com/token'],
    ['/notes'],
    ['data:text/plain,x'],
  ])('H01 to %s is refused, and nothing is sent', async (url) => {
    const stage = await signedIn({ home })
    const before = stage.provider.requests.length
    await expectRefusal(stage.auth.authFetch(url), 'api_not_allowed')
    expect(stage.provider.requests).toHaveLength(before)
  })

  it('H03 to a URL with a name in it is refused, and nothing is sent', async () => {
    const stage = await signedIn({ home })
    await expectRefusal(stage.auth.authFetch('https://me@api.example.com/'), 'configuration')
    expect(toApi(stage)).toEqual([])
  })

  it.each<[string, RequestInit]>([
    ['an Authorization of its own', { headers: { authorization: 'Basic eDp5' } }],
    ['mode no-cors', { mode: 'no-cors' }],
    ['a body on GET', { body: 'x' }],
    ['a method that is none', { method: 'TRACE' }],
  ])('with %s is refused', async (_, init) => {
    const stage = await signedIn({ home })
    await expectRefusal(stage.auth.authFetch(API, init), 'configuration')
    expect(toApi(stage)).toEqual([])
  })

  it('H29 while nobody is signed in is refused', async () => {
    const stage = await signedIn({ home })
    await stage.auth.logout()
    await expectRefusal(stage.auth.authFetch(API), 'login_required')
    await expectRefusal(stage.auth.userInfo(), 'login_required')
    expect(toApi(stage)).toEqual([])
  })

  it('that finds nobody there rejects as fetch does', async () => {
    const stage = await signedIn({ home })
    stage.provider.faults.api.once(breaks)
    const error = await stage.auth.authFetch(API).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(TypeError)
    expect(stage.auth.state.status).toBe('signed-in')
  })

  it('of fifty at once gets its own answer', async () => {
    const stage = await signedIn({ home })
    const bodies = Array.from({ length: 50 }, (_, index) => `note ${index}`)
    const said = await Promise.all(
      bodies.map(async (body) => (await (await stage.auth.authFetch(API, { method: 'POST', body })).json()).body),
    )
    expect(said).toEqual(bodies)
  })

  it('of fifty at once is answered in the order of the answers', async () => {
    const stage = await signedIn({ home })
    const slow = held()
    stage.provider.faults.api.once(slow)
    const order: string[] = []
    const calls = ['slow', 'quick'].map(async (name) => {
      await stage.auth.authFetch(API)
      order.push(name)
    })
    await calls[1]
    slow.release()
    await calls[0]
    expect(order).toEqual(['quick', 'slow'])
  })
})

describe.each(HOMES)('%s: a call that is aborted', (home) => {
  it('H25 before it leaves rejects with the reason, and nothing is sent', async () => {
    const stage = await signedIn({ home })
    await expect(stage.auth.authFetch(API, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    })
    const own = { why: 'changed my mind' }
    const asked = stage.auth.authFetch(API, { signal: AbortSignal.abort(own) })
    expect(await asked.catch((error: unknown) => error)).toBe(own)
    await settled()
    expect(toApi(stage)).toEqual([])
  })

  it('H25 on its way rejects with the very reason, and is aborted at the API', async () => {
    const stage = await signedIn({ home })
    stage.provider.faults.api.always(hangs)
    const abort = new AbortController()
    const reason = new Error('enough')
    const asked = stage.auth.authFetch(API, { signal: abort.signal }).catch((error: unknown) => error)
    const other = stage.auth.authFetch(`${API}other`)
    await settled()
    abort.abort(reason)
    expect(await asked).toBe(reason)
    await settled()
    const [seen, untouched] = toApi(stage)
    expect(seen?.request.signal.aborted).toBe(true)
    expect(untouched?.request.signal.aborted).toBe(false)
    void other.catch(() => {})
  })

  it('H25 in the middle of the answer ends the body, at both ends', async () => {
    const stage = await signedIn({ home })
    let cancelled: unknown
    const source = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('first')),
      cancel(reason) {
        cancelled = reason ?? 'cancelled'
      },
    })
    stage.provider.faults.api.once(() => new Response(source, { headers: CORS }))
    const abort = new AbortController()
    const reader = (await stage.auth.authFetch(API, { signal: abort.signal })).body?.getReader()
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('first')
    const next = reader?.read().catch((error: unknown) => error)
    abort.abort()
    expect(await next).toMatchObject({ name: 'AbortError' })
    await settled()
    expect(cancelled).toBeDefined()
  })

  it('G34 while it waits for a refresh leaves the refresh to the others', async () => {
    const stage = await signedIn({ home })
    stage.provider.faults.api.once(challenge(EXPIRED))
    stage.provider.faults.api.once(challenge(EXPIRED))
    const token = held()
    stage.provider.faults.token.once(token)
    const abort = new AbortController()
    const one = stage.auth.authFetch(API, { signal: abort.signal }).catch((error: unknown) => error)
    const other = stage.auth.authFetch(API)
    await token.asked
    await settled()
    abort.abort()
    expect(await one).toMatchObject({ name: 'AbortError' })
    token.release()
    expect((await other).status).toBe(200)
    expect(refreshes(stage)).toBe(1)
  })
})

describe.each(HOMES)('%s: a 401', (home) => {
  it('H16 is answered by one refresh and one more attempt', async () => {
    const stage = await signedIn({ home })
    stage.provider.faults.api.once(challenge(EXPIRED))
    const response = await stage.auth.authFetch(API, { method: 'POST', body: 'once more' })
    expect(await response.json()).toMatchObject({ sub: 'ada', body: 'once more' })
    expect(toApi(stage)).toHaveLength(2)
    expect(refreshes(stage)).toBe(1)
  })

  it('H17 for ever is handed on after that', async () => {
    const stage = await signedIn({ home })
    stage.provider.faults.api.always(challenge(EXPIRED))
    const response = await stage.auth.authFetch(API)
    expect(response.status).toBe(401)
    expect(toApi(stage)).toHaveLength(2)
    expect(refreshes(stage)).toBe(1)
    expect(stage.auth.state.status).toBe('signed-in')
  })

  it('H18 of a hundred calls at once is one refresh', async () => {
    const stage = await signedIn({ home })
    for (let call = 0; call < 100; call += 1) stage.provider.faults.api.once(challenge(EXPIRED))
    const calls = await Promise.all(Array.from({ length: 100 }, () => stage.auth.authFetch(API)))
    expect(calls.every(({ status }) => status === 200)).toBe(true)
    expect(refreshes(stage)).toBe(1)
    expect(toApi(stage)).toHaveLength(200)
  })

  it('H14 of a body that was a stream is handed on, and the stream is read once', async () => {
    const stage = await signedIn({ home })
    stage.provider.faults.api.always(challenge(EXPIRED))
    const body = new Blob(['streamed']).stream()
    const response = await stage.auth.authFetch(API, { method: 'POST', body, duplex: 'half' } as RequestInit)
    expect(response.status).toBe(401)
    expect(toApi(stage)).toHaveLength(1)
    expect(refreshes(stage)).toBe(0)
  })

  it('H15 of another kind is the caller’s', async () => {
    const stage = await signedIn({ home })
    stage.provider.faults.api.once(challenge('Bearer error="insufficient_scope"'))
    expect((await stage.auth.authFetch(API)).status).toBe(401)
    expect(refreshes(stage)).toBe(0)
  })

  it('H21 that asks for another login says what for, and the login carries it', async () => {
    const stage = await signedIn({ home })
    const header = 'Bearer error="insufficient_user_authentication", acr_values="mfa", max_age=60, scope="notes:pay"'
    stage.provider.faults.api.once(challenge(header))
    const error = await refusal(stage.auth.authFetch(API))
    expect(error.code).toBe('step_up_required')
    expect(error.stepUp).toEqual({ acrValues: 'mfa', maxAge: 60, scope: 'notes:pay' })
    await stage.auth.login({ stepUp: error.stepUp })
    const asked = new URL(stage.tab.departures.at(-1) ?? '').searchParams
    expect([asked.get('acr_values'), asked.get('max_age')]).toEqual(['mfa', '60'])
    expect(asked.get('scope')?.split(' ')).toContain('notes:pay')
  })

  it('after which the session is over rejects with the reason, which the state has too', async () => {
    const stage = await signedIn({ home })
    stage.provider.revokeEverything()
    stage.provider.faults.api.once(() => unauthorized(EXPIRED))
    const heard: unknown[] = []
    stage.auth.subscribe((state) => heard.push(state))
    const error = await refusal(stage.auth.authFetch(API))
    expect([error.code, error.provider?.error]).toEqual(['login_required', 'invalid_grant'])
    expect(stage.auth.state).toEqual({ status: 'signed-out', reason: error })
    expect(heard).toEqual([stage.auth.state])
  })
})

describe.each(HOMES)('%s: userInfo', (home) => {
  it('answers what the provider says of the person', async () => {
    const { auth, provider } = await signedIn({ home })
    expect(await auth.userInfo()).toEqual(ADA)
    expect(provider.requestsTo('userInfo')).toHaveLength(1)
  })

  it('H34 refuses the answer for somebody else', async () => {
    const { auth, provider } = await signedIn({ home })
    provider.faults.userInfo.once(() => Response.json(GRACE, { headers: CORS }))
    await expectRefusal(auth.userInfo(), 'token_invalid')
  })

  it('is refused with a typed error where the provider answers nonsense, or not', async () => {
    const { auth, provider } = await signedIn({ home })
    provider.faults.userInfo.once(() => new Response('<html>', { headers: CORS }))
    await expectRefusal(auth.userInfo(), 'provider_invalid')
    provider.faults.userInfo.once(breaks)
    await expectRefusal(auth.userInfo(), 'network')
  })
})
