// @vitest-environment node
import { answers, breaks, held, unauthorized } from 'latchkey/testing'
import { describe, expect, it, vi } from 'vitest'
import { API, challenge, EXPIRED, refreshes, toApi } from './api-calls.ts'
import { signedIn } from './browser.ts'
import { advance, settled, sleep } from './clock.ts'
import { expectRefusal, refusal } from './outcome.ts'

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
    expect(refreshes(stage)).toBe(1)
    expect(toApi(stage)).toHaveLength(11)
  })

  it('H17 for ever refreshes again when five seconds have passed, and not before', async () => {
    const stage = await signedIn()
    stage.provider.faults.api.always(challenge(EXPIRED))
    await stage.auth.authFetch(API)
    await advance(4_900)
    await stage.auth.authFetch(API)
    expect(refreshes(stage)).toBe(1)
    await advance(100)
    await stage.auth.authFetch(API)
    expect(refreshes(stage)).toBe(2)
  })

  it('H17 soon after a refresh by timer may refresh at once: nobody has refused that token yet', async () => {
    const stage = await signedIn()
    sleep(601_000)
    await stage.auth.authFetch(API)
    expect(refreshes(stage)).toBe(1)
    stage.provider.faults.api.once(challenge(EXPIRED))
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect(refreshes(stage)).toBe(2)
  })

  it('H16 has its body thrown away before the retry, so that its connection is free', async () => {
    const stage = await signedIn()
    const cancel = vi.fn()
    stage.provider.faults.api.once(() => {
      const body = new ReadableStream({ cancel })
      return new Response(body, { status: 401, headers: { 'access-control-allow-origin': '*' } })
    })
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    await settled()
    expect(cancel).toHaveBeenCalledTimes(1)
  })

  it('H16 whose body broke off is retried all the same', async () => {
    const stage = await signedIn()
    stage.provider.faults.api.once(() => {
      const body = new ReadableStream({ pull: (controller) => controller.error(new TypeError('reset')) })
      return new Response(body, { status: 401, headers: { 'access-control-allow-origin': '*' } })
    })
    expect((await stage.auth.authFetch(API)).status).toBe(200)
  })

  it.each([
    ['a logout', 'login_required'],
    ['dispose()', 'login_required'],
  ])('H19 that comes after %s is not retried', async (_, code) => {
    const stage = await signedIn()
    const late = held()
    stage.provider.faults.api.once(async (request, normally) => {
      await late(request, normally)
      return unauthorized(EXPIRED)
    })
    const slow = refusal(stage.auth.authFetch(API))
    await late.asked
    if (_ === 'a logout') await stage.auth.logout()
    else stage.auth.dispose()
    late.release()
    expect((await slow).code).toBe(code)
    expect(toApi(stage)).toHaveLength(1)
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

  it('H16 during an outage of the provider is a network failure, and nobody is signed out', async () => {
    const stage = await signedIn()
    stage.provider.faults.token.always(breaks)
    stage.provider.faults.api.always(challenge(EXPIRED))
    await expectRefusal(stage.auth.authFetch(API), 'network')
    expect(stage.auth.state.status).toBe('signed-in')
    expect(toApi(stage)).toHaveLength(1)
  })

  it('after which the provider refuses the refresh ends the session once', async () => {
    const stage = await signedIn()
    stage.provider.revokeEverything()
    stage.provider.faults.api.always(challenge(EXPIRED))
    await expectRefusal(stage.auth.authFetch(API), 'login_required')
    expect(stage.auth.state.status).toBe('signed-out')
  })
})
