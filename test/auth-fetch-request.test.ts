// @vitest-environment node
import { answers, breaks, hangs, held } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API, challenge, EXPIRED, first, refreshes, toApi } from './api-calls.ts'
import { signedIn } from './browser.ts'
import { advance, settled, sleep, until } from './clock.ts'
import { expectRefusal, refusal } from './outcome.ts'

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

  it('H13 is aborted by its own signal, and that of init takes its place', async () => {
    const stage = await signedIn()
    const own = new AbortController()
    own.abort()
    const request = new Request(API, { signal: own.signal })
    await expect(stage.auth.authFetch(request)).rejects.toMatchObject({ name: 'AbortError' })
    const other = new AbortController()
    expect((await stage.auth.authFetch(request, { signal: other.signal })).status).toBe(200)
  })

  it('H27 with keepalive goes out at once while the token is good', async () => {
    const stage = await signedIn()
    await stage.auth.authFetch(API, { method: 'POST', body: 'bye', keepalive: true })
    expect(toApi(stage)[0]?.request.keepalive).toBe(true)
    expect(refreshes(stage)).toBe(0)
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

  it('before does not wait for a refresh that others wait for', async () => {
    const stage = await signedIn()
    stage.provider.faults.token.always(hangs)
    sleep(601_000)
    const other = refusal(stage.auth.authFetch(API))
    await until(() => refreshes(stage) === 1)
    const reason = new Error('never mind')
    await expect(stage.auth.authFetch(API, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    await advance(10_000)
    expect((await other).code).toBe('timeout')
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
