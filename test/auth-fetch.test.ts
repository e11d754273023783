// @vitest-environment node

import { answers, breaks, type Fault, hangs, held, redirects, type SeenRequest, unauthorized } from 'latchkey/testing'
import { describe, expect, it, vi } from 'vitest'
import { firstVisit, returning, type Stage, signedIn } from './browser.ts'
import { advance, settled, sleep, until } from './clock.ts'
import { expectRefusal, refusal } from './outcome.ts'

const API = 'https://api.example.com/'
const EXPIRED = 'Bearer error="invalid_token", error_description="expired"'
const challenge =
  (header: string, status = 401): Fault =>
  () =>
    unauthorized(header, status)
const refreshes = ({ provider }: Stage) => provider.requestsTo('token').length - 1
const first = ([seen]: readonly SeenRequest[]): SeenRequest => {
  if (!seen) throw new Error('Nothing was sent.')
  return seen
}
const toApi = ({ provider }: Stage) => provider.requestsTo('api')

describe('authFetch sends nothing', () => {
  it.each([
    ['H01', 'https://evil.example'],
    ['H01', 'https://login.example.com/userinfo'],
    ['H02', 'https://api.example.com.evil.tld/'],
    ['H02', 'https://api.example.comevil.tld/'],
    ['H02', 'https://evil.tld/https://api.example.com/'],
    ['H02', 'https://evil.tld/?https://api.example.com/'],
    ['H02', 'https://evil.tld#https://api.example.com/'],
    ['H02', 'https://xapi.example.com/'],
    ['H03', 'https://api.example.com@evil.tld/'],
    ['H03', 'https://api.example.com:443@evil.tld/'],
    ['H03', 'https://ada:pw@api.example.com/'],
    ['H03', 'https://ada@api.example.com/'],
    ['H03', 'https://api.example.com\\@evil.tld/x@evil.tld/..'.replace('\\', '%5c')],
    ['H05', 'https://api.example.com./'],
    ['H06', 'https://арі.example.com/'],
    ['H06', 'https://xn--80a6aa.example.com/'],
    ['H07', 'http://api.example.com/'],
    ['H07', 'ws://api.example.com/'],
    ['H07', 'wss://api.example.com/'],
    ['H08', 'https://api.example.com:8443/'],
    ['H08', 'https://x.api.example.com/'],
    ['H08', 'https://example.com/'],
    ['H10', '/x'],
    ['H10', 'x'],
    ['H10', ''],
    ['H10', '//evil.tld/x'],
    ['H10', '\\\\evil.tld\\x'],
    ['H10', 'blob:https://api.example.com/00000000-0000-0000-0000-000000000000'],
    ['H10', 'data:text/plain,x'],
    ['H10', 'javascript:alert(1)'],
    ['H10', 'about:blank'],
    ['H10', 'https://'],
    ['H10', 'http://['],
  ])('%s to %s', async (_, url) => {
    const stage = await signedIn()
    const before = stage.provider.requests.length
    await expectRefusal(stage.auth.authFetch(url), 'api_not_allowed')
    if (URL.canParse(url) && !url.includes('@') && !url.startsWith('about')) {
      await expectRefusal(stage.auth.authFetch(new URL(url)), 'api_not_allowed')
      await expectRefusal(stage.auth.authFetch(new Request(url)), 'api_not_allowed')
    }
    expect(stage.provider.requests).toHaveLength(before)
  })

  it.each([
    '/apix',
    '/x/api',
    '/api/../admin',
    '/api/./../admin',
    '/api/%2e%2e/admin',
    '/api/.%2E/admin',
    '/api%2f..%2fadmin',
    '/api/..%2fadmin',
    '/api/..%5cadmin',
    '/api/%2e%2e%2fadmin',
    '/api/x%2f%2e%2e%2f..%2fadmin',
    '/api%5c..%5cadmin',
    '/api\\..\\admin',
    '/API',
    '/ap%69',
    '//api',
    '/',
    '',
    '/api/..;/admin',
    '/api/..;x=1/admin',
    '/api/..%3b/admin',
    '/api/%252e%252e%252fadmin',
  ])('H09 to a path beside the configured one: %s', async (path) => {
    const stage = await signedIn({ options: { apis: [{ url: 'https://api.example.com/api' }] } })
    await expectRefusal(stage.auth.authFetch(`https://api.example.com${path}`), 'api_not_allowed')
    expect(toApi(stage)).toEqual([])
  })

  it('H10 where a <base> points a relative URL elsewhere', async () => {
    const stage = await signedIn({ options: { apis: [{ url: 'https://app.example.com/api/' }] } })
    const { document } = stage.tab.window()
    document.head.innerHTML = '<base href="https://evil.example/">'
    await expectRefusal(stage.auth.authFetch('/api/notes'), 'api_not_allowed')
    expect(stage.provider.requestsTo('elsewhere')).toEqual([])
  })

  it('H26 in mode no-cors, which cannot carry a token', async () => {
    const stage = await signedIn()
    await expectRefusal(stage.auth.authFetch(API, { mode: 'no-cors' }), 'configuration')
    expect(toApi(stage)).toEqual([])
  })

  it('H29 while nobody is signed in: before start(), after it, and after logout', async () => {
    const stage = firstVisit()
    await expectRefusal(stage.auth.authFetch(API), 'login_required')
    await stage.auth.start()
    await expectRefusal(stage.auth.authFetch(API), 'login_required')
    const other = await signedIn()
    await other.auth.logout()
    await expectRefusal(other.auth.authFetch(API), 'login_required')
    expect([...toApi(stage), ...toApi(other)]).toEqual([])
  })

  it('where no api is configured', async () => {
    const stage = await signedIn({ options: { apis: [] } })
    await expectRefusal(stage.auth.authFetch(API), 'api_not_allowed')
  })
})

describe('authFetch sends the token', () => {
  it.each([
    'HTTPS://API.EXAMPLE.COM:443/../x',
    'https://api.example.com',
    'https://api.example.com/a/../b?c=d#e',
    ' https://api.example.com/\n',
  ])('H04 to %j, which is the same after parsing', async (url) => {
    const stage = await signedIn()
    expect((await stage.auth.authFetch(url)).status).toBe(200)
    expect(toApi(stage)[0]?.request.url).toBe(new URL(url).href)
  })

  it.each(['/api', '/api/', '/api/x', '/api?x=1', '/api#x', '/x/../api/y', '/api/a%2fb', '/api/a..b', '/api/...'])(
    'H09 to %s within the configured path',
    async (path) => {
      for (const url of ['https://api.example.com/api', 'https://api.example.com/api/']) {
        const stage = await signedIn({ options: { apis: [{ url }] } })
        expect((await stage.auth.authFetch(`https://api.example.com${path}`)).status).toBe(200)
      }
    },
  )

  it('H10 to a relative URL of an API of this origin', async () => {
    const api = 'https://app.example.com/api/'
    const stage = await signedIn({ options: { apis: [{ url: api }] }, provider: { api } })
    expect((await stage.auth.authFetch('/api/notes')).status).toBe(200)
    expect((await stage.auth.authFetch('api/notes')).status).toBe(200)
  })

  it('H28 in the header alone, never in URL or body', async () => {
    const stage = await signedIn()
    await stage.auth.authFetch(`${API}notes?x=1`, { method: 'POST', body: 'text' })
    const { request, url } = first(toApi(stage))
    expect(request.headers.get('authorization')).toMatch(/^Bearer ey/)
    expect(url.href).toBe(`${API}notes?x=1`)
    expect(await request.text()).toBe('text')
  })

  it('H01 but not the refresh or ID token, and no cookies by itself', async () => {
    const stage = await signedIn()
    await stage.auth.authFetch(API)
    const { request } = first(toApi(stage))
    expect(request.credentials).toBe('same-origin')
    expect([...request.headers.keys()]).toEqual(['authorization'])
  })

  it.each([302, 307, 308])('H11 and it does not arrive where the API redirects to (%i)', async (status) => {
    const stage = await signedIn()
    stage.provider.faults.api.once(redirects('https://evil.example/steal', status))
    expect((await stage.auth.authFetch(API)).redirected).toBe(true)
    const { request } = first(stage.provider.requestsTo('elsewhere'))
    expect(request.headers.has('authorization')).toBe(false)
  })

  it('H12 nor does it with a POST', async () => {
    const stage = await signedIn()
    stage.provider.faults.api.once(redirects('https://evil.example/steal', 307))
    await stage.auth.authFetch(API, { method: 'POST', body: 'text' })
    const { request } = first(stage.provider.requestsTo('elsewhere'))
    expect(request.headers.has('authorization')).toBe(false)
  })

  it('H32 by the fetch that the page had when createAuth was called', async () => {
    const stage = firstVisit()
    vi.stubGlobal('fetch', stage.provider.fetch)
    const { fetch: _, ...options } = stage.options
    const auth = stage.tab.createAuth(options)
    const patched = vi.fn()
    vi.stubGlobal('fetch', patched)
    await auth.login()
    await stage.tab.follow(stage.provider)
    vi.stubGlobal('fetch', stage.provider.fetch)
    const next = stage.tab.createAuth(options)
    vi.stubGlobal('fetch', patched)
    await next.start()
    expect((await next.authFetch(API)).status).toBe(200)
    expect(patched).not.toHaveBeenCalled()
  })
})

describe('H13 The request of the caller', () => {
  it('goes out as it is: method, headers, body and settings', async () => {
    const stage = await signedIn()
    const request = new Request(`${API}notes`, {
      method: 'PUT',
      headers: { 'x-own': '1', 'content-type': 'text/x-own' },
      body: 'text',
      mode: 'cors',
      credentials: 'include',
      cache: 'reload',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      keepalive: true,
    })
    expect(await (await stage.auth.authFetch(request)).json()).toMatchObject({ method: 'PUT', body: 'text' })
    const { request: sent } = first(toApi(stage))
    for (const name of ['method', 'mode', 'credentials', 'cache', 'redirect', 'referrerPolicy', 'keepalive'] as const)
      expect(sent[name], name).toBe(request[name])
    expect(Object.fromEntries(sent.headers)).toMatchObject({ 'x-own': '1', 'content-type': 'text/x-own' })
    expect(request.headers.has('authorization')).toBe(false)
  })

  it('may be changed by init, as with fetch', async () => {
    const stage = await signedIn()
    const headers = new Headers({ 'x-own': '2' })
    await stage.auth.authFetch(new Request(API, { headers: { 'x-own': '1' } }), { method: 'DELETE', headers })
    const { request: sent } = first(toApi(stage))
    expect(sent.method).toBe('DELETE')
    expect(sent.headers.get('x-own')).toBe('2')
    expect(headers.has('authorization')).toBe(false)
  })

  it('with an Authorization of its own is refused, not overwritten', async () => {
    const stage = await signedIn()
    const headers = { Authorization: 'Basic eDp5' }
    await expectRefusal(stage.auth.authFetch(API, { headers }), 'configuration')
    await expectRefusal(stage.auth.authFetch(new Request(API, { headers })), 'configuration')
    expect(toApi(stage)).toEqual([])
  })

  it.each<[string, () => [RequestInfo, RequestInit?]]>([
    ['a body on GET', () => [API, { body: 'text' }]],
    ['a forbidden method', () => [API, { method: 'TRACE' }]],
    ['a broken header', () => [API, { headers: { 'x\n': '1' } }]],
  ])('that fetch would refuse is refused, signed in as before: %s', async (_, make) => {
    const stage = await signedIn()
    const [input, init] = make()
    await expectRefusal(stage.auth.authFetch(input, init), 'configuration')
    expect(stage.auth.state.status).toBe('signed-in')
  })

  it('H14 that was used already is refused', async () => {
    const stage = await signedIn()
    const request = new Request(API, { method: 'POST', body: 'text' })
    await request.text()
    await expectRefusal(stage.auth.authFetch(request), 'configuration')
  })

  it('H27 with keepalive goes out at once while the token is good', async () => {
    const stage = await signedIn()
    await stage.auth.authFetch(API, { method: 'POST', body: 'bye', keepalive: true })
    expect(toApi(stage)[0]?.request.keepalive).toBe(true)
    expect(refreshes(stage)).toBe(0)
  })
})

describe('A 401', () => {
  it('H16 with invalid_token costs one refresh and one retry', async () => {
    const stage = await signedIn()
    stage.provider.faults.api.once(challenge(EXPIRED))
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect(refreshes(stage)).toBe(1)
    const [first, second] = toApi(stage).map(({ request }) => request.headers.get('authorization'))
    expect(toApi(stage)).toHaveLength(2)
    expect(first).not.toBe(second)
  })

  it('H17 for ever costs one refresh and one retry, and is then the answer', async () => {
    const stage = await signedIn()
    stage.provider.faults.api.always(challenge(EXPIRED))
    expect((await stage.auth.authFetch(API)).status).toBe(401)
    expect(refreshes(stage)).toBe(1)
    expect(toApi(stage)).toHaveLength(2)
    expect(stage.auth.state.status).toBe('signed-in')
  })

  it('H17 for ever to many calls in a row does not refresh for each', async () => {
    const stage = await signedIn()
    stage.provider.faults.api.always(challenge(EXPIRED))
    for (let call = 0; call < 10; call += 1) expect((await stage.auth.authFetch(API)).status).toBe(401)
    expect(refreshes(stage)).toBeLessThanOrEqual(2)
  })

  it('H18 to 100 calls at once costs one refresh, and one retry each', async () => {
    const stage = await signedIn()
    for (let call = 0; call < 100; call += 1) stage.provider.faults.api.once(challenge(EXPIRED))
    const responses = await Promise.all(Array.from({ length: 100 }, () => stage.auth.authFetch(API)))
    expect(responses.every(({ status }) => status === 200)).toBe(true)
    expect(refreshes(stage)).toBe(1)
    expect(toApi(stage)).toHaveLength(200)
  })

  it('H19 that comes late, for an old token, is retried with the present one without a refresh', async () => {
    const stage = await signedIn()
    const late = held()
    stage.provider.faults.api.once(async (request, normally) => {
      await late(request, normally)
      return unauthorized(EXPIRED)
    })
    const slow = stage.auth.authFetch(`${API}slow`)
    await late.asked
    await advance(560_000)
    expect(refreshes(stage)).toBe(1)
    late.release()
    expect((await slow).status).toBe(200)
    expect(refreshes(stage)).toBe(1)
  })

  it('H15 to a POST is retried once, with the same body', async () => {
    const stage = await signedIn()
    stage.provider.faults.api.once(challenge(EXPIRED))
    const response = await stage.auth.authFetch(API, { method: 'POST', body: 'text' })
    expect(await response.json()).toMatchObject({ method: 'POST', body: 'text' })
    expect(toApi(stage)).toHaveLength(2)
  })

  const form = new FormData()
  form.set('name', 'value')
  it.each<[string, () => BodyInit, string]>([
    ['text', () => 'text', 'text'],
    ['a Blob', () => new Blob(['blob']), 'blob'],
    ['bytes', () => new TextEncoder().encode('bytes'), 'bytes'],
    ['a query', () => new URLSearchParams({ a: 'b' }), 'a=b'],
    ['FormData', () => form, 'name="name"'],
  ])('H14 to a body of %s is retried with it', async (_, body, expected) => {
    const stage = await signedIn()
    stage.provider.faults.api.once(challenge(EXPIRED))
    const response = await stage.auth.authFetch(API, { method: 'POST', body: body() })
    expect(((await response.json()) as { body: string }).body).toContain(expected)
    expect(toApi(stage)).toHaveLength(2)
  })

  it('H14 to a Request with a body is retried with it', async () => {
    const stage = await signedIn()
    stage.provider.faults.api.once(challenge(EXPIRED))
    const response = await stage.auth.authFetch(new Request(API, { method: 'POST', body: 'text' }))
    expect(await response.json()).toMatchObject({ body: 'text' })
  })

  it('H14 to a stream is the answer: it cannot be sent again', async () => {
    const stage = await signedIn()
    stage.provider.faults.api.once(challenge(EXPIRED))
    const body = new Blob(['stream']).stream()
    const response = await stage.auth.authFetch(API, { method: 'POST', body, duplex: 'half' } as RequestInit)
    expect(response.status).toBe(401)
    expect(toApi(stage)).toHaveLength(1)
  })

  it.each(['invalid_request', 'insufficient_scope', 'made_up'])(
    'H15 with the error %s is the answer',
    async (error) => {
      const stage = await signedIn()
      stage.provider.faults.api.always(challenge(`Bearer error="${error}"`))
      expect((await stage.auth.authFetch(API, { method: 'POST', body: 'x' })).status).toBe(401)
      expect(refreshes(stage)).toBe(0)
      expect(toApi(stage)).toHaveLength(1)
    },
  )

  it('H22 that asks for a DPoP nonce is the answer: this client has no such key', async () => {
    const stage = await signedIn()
    stage.provider.faults.api.always(challenge('DPoP error="use_dpop_nonce", algs="ES256"'))
    expect((await stage.auth.authFetch(API)).status).toBe(401)
    expect(toApi(stage)).toHaveLength(1)
    expect(refreshes(stage)).toBe(0)
  })

  it('H24 whose challenge this page cannot see costs one refresh', async () => {
    const stage = await signedIn()
    stage.provider.faults.api.once(answers(401, null, { 'www-authenticate': 'Bearer error="invalid_request"' }))
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect(refreshes(stage)).toBe(1)
  })

  it('H31 that points to another authorization server is not followed', async () => {
    const stage = await signedIn()
    const header = 'Bearer resource_metadata="https://evil.example/.well-known/oauth-protected-resource"'
    stage.provider.faults.api.always(challenge(`${header}, error="invalid_token"`))
    expect((await stage.auth.authFetch(API)).status).toBe(401)
    expect(stage.provider.requestsTo('elsewhere')).toEqual([])
  })

  it('during an outage of the provider is the answer, or a network failure', async () => {
    const stage = await signedIn()
    stage.provider.faults.token.always(breaks)
    stage.provider.faults.api.always(challenge(EXPIRED))
    const outcome = await stage.auth.authFetch(API).then(
      ({ status }) => status,
      ({ code }) => code,
    )
    expect([401, 'network']).toContain(outcome)
    expect(stage.auth.state.status).toBe('signed-in')
  })

  it('after which the provider refuses the refresh ends the session once', async () => {
    const stage = await signedIn()
    stage.provider.revokeEverything()
    stage.provider.faults.api.always(challenge(EXPIRED))
    await expectRefusal(stage.auth.authFetch(API), 'login_required')
    expect(stage.auth.state.status).toBe('signed-out')
  })
})

describe('H23 A challenge', () => {
  it.each([
    'Bearer error="invalid_token"',
    'bearer ERROR="invalid_token"',
    'BEARER error=invalid_token',
    'Basic realm="x", Bearer error="invalid_token"',
    'Negotiate, Bearer error="invalid_token"',
    'Negotiate YWJjZA==, Bearer error="invalid_token"',
    'Bearer realm="a, Basic realm=b", error="invalid_token"',
    'Bearer realm="a \\" error=\\"invalid_request\\"", error="invalid_token"',
    'Bearer realm="x", unknown=1, error="invalid_token", error_description="a, b=c"',
    'Digest realm="a", nonce="x==", Bearer realm="y",error="invalid_token"',
    'Bearer\terror = "invalid_token"',
    'Bearer ,, error="invalid_token",,',
    'Bearer',
    'Bearer realm="x"',
    'DPoP algs="ES256", Bearer error="invalid_token"',
  ])('that means the token is understood: %s', async (header) => {
    const stage = await signedIn()
    stage.provider.faults.api.once(challenge(header))
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect(refreshes(stage)).toBe(1)
  })

  it.each([
    'Basic realm="x"',
    'Basic realm="Bearer error=invalid_token"',
    'Digest realm="a", error="invalid_token"',
    'Bearer error="invalid_request", Basic error="invalid_token"',
  ])('that means something else is the answer: %s', async (header) => {
    const stage = await signedIn()
    stage.provider.faults.api.always(challenge(header))
    expect((await stage.auth.authFetch(API)).status).toBe(401)
    expect(refreshes(stage)).toBe(0)
  })

  it.each([
    '',
    ',,,',
    '=',
    '"',
    'Bearer "',
    'Bearer error="',
    'Bearer error="\\',
    'Bearer ='.repeat(10),
    'Bearer __proto__="x", constructor="y", error="invalid_token"',
    `Bearer ${'a="'.repeat(20_000)}`,
    `Bearer ${'\\'.repeat(60_000)}`,
    `Bearer error="${'\\"'.repeat(30_000)}`,
    ' '.repeat(60_000),
    `Bearer ${'a '.repeat(30_000)}=`,
  ])('L08 that is garbage harms nothing: %.20s', async (header) => {
    const stage = await signedIn()
    stage.provider.faults.api.always(challenge(header))
    expect((await stage.auth.authFetch(API)).status).toBe(401)
    expect(stage.auth.state.status).toBe('signed-in')
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })
})

describe('H21 A step-up challenge', () => {
  const stepUp = 'Bearer error="insufficient_user_authentication", acr_values="gold silver", max_age="60"'

  it('becomes an error that login() understands, without a refresh', async () => {
    const stage = await signedIn()
    stage.provider.faults.api.once(challenge(`${stepUp}, scope="notes:delete"`))
    const error = await refusal(stage.auth.authFetch(API))
    expect(error.code).toBe('step_up_required')
    expect(error.stepUp).toEqual({ acrValues: 'gold silver', maxAge: 60, scope: 'notes:delete' })
    expect(refreshes(stage)).toBe(0)
    await stage.auth.login(error.stepUp ? { stepUp: error.stepUp } : {})
    const { auth } = await returning(stage)
    await auth.start()
    expect((await auth.authFetch(API)).status).toBe(200)
  })

  it('after a retry is one too', async () => {
    const stage = await signedIn()
    stage.provider.faults.api.once(challenge(EXPIRED))
    stage.provider.faults.api.once(challenge(stepUp))
    expect((await refusal(stage.auth.authFetch(API))).stepUp).toEqual({ acrValues: 'gold silver', maxAge: 60 })
  })

  it.each(['-1', 'soon', '1e9', ''])('with max_age=%j leaves it out', async (maxAge) => {
    const stage = await signedIn()
    stage.provider.faults.api.once(challenge(`Bearer error=insufficient_user_authentication, max_age="${maxAge}"`))
    expect((await refusal(stage.auth.authFetch(API))).stepUp).toEqual({})
  })
})

describe('H33 Any other answer', () => {
  it.each([200, 204, 304, 400, 404, 418, 429, 500, 503])('with %i is passed on unread', async (status) => {
    const stage = await signedIn()
    stage.provider.faults.api.once(answers(status, status === 204 || status === 304 ? null : 'text', { 'x-a': '1' }))
    const response = await stage.auth.authFetch(API)
    expect(response.status).toBe(status)
    expect(response.bodyUsed).toBe(false)
    if (status !== 204 && status !== 304) expect(await response.text()).toBe('text')
    expect(toApi(stage)).toHaveLength(1)
    expect(refreshes(stage)).toBe(0)
  })

  it('H20 of 403 insufficient_scope is passed on without a refresh', async () => {
    const stage = await signedIn()
    stage.provider.faults.api.once(challenge('Bearer error="insufficient_scope", scope="admin"', 403))
    expect((await stage.auth.authFetch(API)).status).toBe(403)
    expect(refreshes(stage)).toBe(0)
  })

  it('that is a stream arrives as one', async () => {
    const stage = await signedIn()
    const chunks = new TransformStream<Uint8Array, Uint8Array>()
    const writer = chunks.writable.getWriter()
    stage.provider.faults.api.once(
      () => new Response(chunks.readable, { headers: { 'access-control-allow-origin': '*' } }),
    )
    const reader = (await stage.auth.authFetch(API)).body?.getReader()
    void writer.write(new TextEncoder().encode('first'))
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('first')
    void writer.close()
    expect((await reader?.read())?.done).toBe(true)
  })

  it('that never comes, because the connection broke, is what fetch says', async () => {
    const stage = await signedIn()
    stage.provider.faults.api.once(breaks)
    await expect(stage.auth.authFetch(API)).rejects.toThrow(TypeError)
    expect(stage.auth.state.status).toBe('signed-in')
  })
})

describe('H25 A caller that aborts', () => {
  it('before sends nothing', async () => {
    const stage = await signedIn()
    await expect(stage.auth.authFetch(API, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    })
    expect(toApi(stage)).toEqual([])
  })

  it('with a reason of its own gets it back', async () => {
    const stage = await signedIn()
    const reason = new Error('changed my mind')
    await expect(stage.auth.authFetch(API, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })

  it('during the refresh sends nothing', async () => {
    const stage = await signedIn()
    const token = held()
    stage.provider.faults.token.once(token)
    sleep(601_000)
    const abort = new AbortController()
    const call = stage.auth.authFetch(new Request(API, { signal: abort.signal }))
    await token.asked
    abort.abort()
    await expect(call).rejects.toMatchObject({ name: 'AbortError' })
    token.release()
    await settled()
    expect(toApi(stage)).toEqual([])
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect(refreshes(stage)).toBe(1)
  })

  it('during the request', async () => {
    const stage = await signedIn()
    stage.provider.faults.api.once(hangs)
    const abort = new AbortController()
    const call = stage.auth.authFetch(API, { signal: abort.signal })
    await until(() => toApi(stage).length > 0)
    abort.abort()
    await expect(call).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('between a 401 and its retry', async () => {
    const stage = await signedIn()
    const token = held()
    stage.provider.faults.token.once(token)
    stage.provider.faults.api.once(challenge(EXPIRED))
    const abort = new AbortController()
    const call = stage.auth.authFetch(API, { signal: abort.signal })
    await token.asked
    abort.abort()
    await expect(call).rejects.toMatchObject({ name: 'AbortError' })
    token.release()
    await settled()
    expect(toApi(stage)).toHaveLength(1)
  })
})
