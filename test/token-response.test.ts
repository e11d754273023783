// @vitest-environment node
import type { AuthState } from 'latchkey'
import { answers, breaks, changes, type Fault, hangs, losesTheAnswer, withoutCors } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { backFromProvider, reloaded, returning, signedIn } from './browser.ts'
import { advance, settled, until } from './clock.ts'
import { expectSignedOut, reasonOf } from './outcome.ts'

/** What `start()` comes to on the callback page, with this at the token endpoint. */
async function comingBackTo(fault: Fault) {
  const stage = await backFromProvider()
  stage.provider.faults.token.always(fault)
  const state = await stage.auth.start()
  return { ...stage, state }
}

const withBody = (members: Record<string, unknown>) => comingBackTo(changes((body) => ({ ...body, ...members })))

const expiresAt = (state: AuthState) => (state.status === 'signed-in' ? state.session.expiresAt : undefined)

describe('A token response', () => {
  it.each(['', '{', '[]', 'null', '"x"', '42', '{"access_token":', '\u0000', '{}'])(
    'C01 that is malformed is refused: %j',
    async (body) => {
      expectSignedOut((await comingBackTo(answers(200, body))).state, 'provider_invalid')
    },
  )

  it.each([
    [200, 'provider_invalid'],
    [400, 'provider_invalid'],
    [404, 'provider_invalid'],
    [500, 'network'],
    [502, 'network'],
  ] as const)('C02 that is an HTML page with %i is no answer, and nothing of it is repeated', async (status, code) => {
    const page = '<html><body>Captive portal, please pay</body></html>'
    const { state } = await comingBackTo(answers(status, page, { 'content-type': 'text/html' }))
    expectSignedOut(state, code)
    expect(reasonOf(state).message).not.toMatch(/portal|html/i)
  })

  it('C03 that is form-encoded is refused', async () => {
    const form = 'access_token=x&token_type=Bearer'
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    expectSignedOut((await comingBackTo(answers(200, form, headers))).state, 'provider_invalid')
  })

  it.each(['text/html', 'text/plain', ''])('C03 that is JSON under the name %j is taken', async (type) => {
    const fault: Fault = async (_, normally) => {
      const response = await normally()
      response.headers.set('content-type', type)
      return response
    }
    expect((await comingBackTo(fault)).state).toMatchObject({ status: 'signed-in' })
  })

  it.each(['a\r\nb: c', 'a\nb', 'tökən', 'a b', '', ' ', '\u0000', 42, null, ['x'], { x: 1 }, undefined])(
    'C05 with an access token that no header can carry is refused: %j',
    async (access_token) => {
      expectSignedOut((await withBody({ access_token })).state, 'provider_invalid')
    },
  )

  it.each([undefined, null, ['Bearer'], 42, {}, '', 'mac', 'N_A', 'DPoP', 'Bearer '])(
    'C06, C07 of token type %j is refused',
    async (token_type) => {
      expectSignedOut((await withBody({ token_type })).state, 'provider_invalid')
    },
  )

  it.each(['bEaReR', 'bearer', 'BEARER'])('C09 of token type %s is taken', async (token_type) => {
    const { auth, state } = await withBody({ token_type })
    expect(state.status).toBe('signed-in')
    expect((await auth.authFetch('https://api.example.com/')).status).toBe(200)
  })

  it.each([
    ['3600', 3_600_000],
    [3599.75, 3_599_750],
    [3600, 3_600_000],
  ])('C10 with expires_in %j lives as long', async (expires_in, milliseconds) => {
    const { state } = await withBody({ expires_in })
    expect(expiresAt(state)).toBe(Date.now() + milliseconds)
  })

  it.each([undefined, null])('C11 with expires_in %j is taken: no timer, a refresh on 401', async (expires_in) => {
    const { auth, provider, state } = await withBody({ expires_in })
    expect(state.status).toBe('signed-in')
    expect(expiresAt(state)).toBeUndefined()
    await advance(540_000)
    expect(provider.requestsTo('token')).toHaveLength(1)
    await advance(3_600_000)
    expect((await auth.authFetch('https://api.example.com/')).status).toBe(200)
    expect(provider.requestsTo('token')).toHaveLength(2)
  })

  it.each([-1, 'soon', Number.NaN, {}, [], true, '1e400', '-3'])(
    'refuses expires_in %j, or does as if it were absent',
    async (expires_in) => {
      const { provider, state } = await withBody({ expires_in })
      if (state.status === 'signed-out') expect(reasonOf(state).code).toBe('provider_invalid')
      await advance(60_000)
      expect(provider.requestsTo('token').length).toBeLessThan(15)
    },
  )

  it('C13, G26 that has expired already is usable once and refreshed at a bounded rate', async () => {
    const { auth, provider, state } = await withBody({ expires_in: 0 })
    expect(state.status).toBe('signed-in')
    expect((await auth.authFetch('https://api.example.com/')).status).toBe(200)
    await advance(60_000)
    expect(provider.requestsTo('token').length).toBeGreaterThan(2)
    expect(provider.requestsTo('token').length).toBeLessThan(15)
    expect(auth.state.status).toBe('signed-in')
  })

  it.each([2_592_000, 1e10, 1e15])('C14, G25 that lives %d seconds is not refreshed now', async (expires_in) => {
    const { auth, provider, state } = await withBody({ expires_in })
    expect(state.status).toBe('signed-in')
    await advance(3_600_000)
    expect(provider.requestsTo('token')).toHaveLength(1)
    const end = expiresAt(auth.state)
    expect(end === undefined || Number.isFinite(new Date(end).getTime())).toBe(true)
  })

  it.each([undefined, null, 42, {}, 'x'])('C15 with id_token %j is refused', async (id_token) => {
    expectSignedOut((await withBody({ id_token })).state, 'token_invalid')
  })

  it.each(['invalid_grant', '__proto__', null, 42])('C17 of 200 with the error %j is no success', async (error) => {
    const { state } = await withBody({ error })
    expect(['provider_invalid', 'provider_error']).toContain(reasonOf(state).code)
  })

  it.each([42, null, {}, ['invalid_grant'], true])('C18 whose error is %j is refused', async (error) => {
    expectSignedOut((await comingBackTo(answers(400, { error }))).state, 'provider_invalid')
  })

  it.each(['invalid_grant', 'invalid_client', 'unauthorized_client', 'made_up'])(
    'that refuses with %s becomes a reason',
    async (error) => {
      const { state, auth } = await comingBackTo(answers(400, { error, error_description: 'No, Ada' }))
      expect(reasonOf(state)).toMatchObject({ code: 'provider_error', provider: { error, description: 'No, Ada' } })
      await auth.login()
    },
  )

  it('C19 that echoes code and verifier is not repeated in the error', async () => {
    const { state } = await comingBackTo(async (request, normally) => {
      const form = await request.clone().text()
      const minted = await (await normally()).text()
      const error_description = `You sent ${decodeURIComponent(form)} and would have got ${minted}`
      return answers(400, { error: 'invalid_grant', error_description, error_uri: form })(request, normally)
    })
    expectSignedOut(state, 'provider_error')
    expect(reasonOf(state).provider?.description).toMatch(/^You sent/)
  })

  it('C19 whose error code is the verifier itself is not repeated either', async () => {
    const { state } = await comingBackTo(async (request, normally) => {
      const error = new URLSearchParams(await request.clone().text()).get('code_verifier')
      await normally()
      return answers(400, { error })(request, normally)
    })
    expectSignedOut(state, 'provider_invalid')
  })

  it('C21 that never comes is a timeout, and the page can be used again', async () => {
    const stage = await backFromProvider()
    stage.provider.faults.token.once(hangs)
    const starting = stage.auth.start()
    await until(() => stage.provider.requestsTo('token').length > 0)
    await advance(9_000)
    expect(stage.auth.state.status).toBe('loading')
    await advance(1_000)
    expectSignedOut(await starting, 'timeout')
    await stage.auth.login()
    expect((await (await returning(stage)).auth.start()).status).toBe('signed-in')
  })

  it('C21 that drips for ever is a timeout', async () => {
    const stage = await backFromProvider()
    const drip = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode(' ')) })
    stage.provider.faults.token.once(() => new Response(drip, { headers: { 'access-control-allow-origin': '*' } }))
    const starting = stage.auth.start()
    await until(() => stage.provider.requestsTo('token').length > 0)
    await settled()
    await advance(10_000)
    expectSignedOut(await starting, 'timeout')
  })

  it('of 40 MiB is refused without waiting for its end', async () => {
    const mebibyte = new Uint8Array(2 ** 20).fill(32)
    let sent = 0
    const long = new ReadableStream({
      pull(controller) {
        sent += 1
        controller.enqueue(mebibyte)
        if (sent === 40) controller.close()
      },
    })
    const { state } = await comingBackTo(() => new Response(long, { headers: { 'access-control-allow-origin': '*' } }))
    expectSignedOut(state, 'provider_invalid')
    expect(sent).toBeLessThan(10)
  })

  it.each([breaks, losesTheAnswer])(
    'C22 that is cut off is a network failure, asked for at most twice',
    async (fault) => {
      const { state, provider } = await comingBackTo(fault)
      expectSignedOut(state, 'network')
      await advance(600_000)
      expect(provider.requestsTo('token').length).toBeLessThanOrEqual(2)
    },
  )

  it.each([429, 503])('C23 of %i is a network failure that says how long to wait', async (status) => {
    const { state, provider } = await comingBackTo(
      answers(status, null, { 'retry-after': '7', 'access-control-expose-headers': 'retry-after' }),
    )
    expectSignedOut(state, 'network')
    expect(reasonOf(state).retryAfter).toBe(7_000)
    await advance(600_000)
    expect(provider.requestsTo('token')).toHaveLength(1)
  })

  it('C25 that this page may not read is a network failure that names CORS', async () => {
    const { state } = await comingBackTo(withoutCors)
    expectSignedOut(state, 'network')
    expect(reasonOf(state).message).toMatch(/CORS/)
  })

  it('C26, C27, I12 with prototype members and unknown ones is taken and pollutes nothing', async () => {
    const { state } = await comingBackTo(async (_, normally) => {
      const text = await (await normally()).text()
      const hostile = `{"__proto__":{"polluted":1,"error":"x"},"constructor":{"prototype":{"polluted":1}},"x":[1],`
      return answers(200, hostile + text.slice(1))(new Request('https://x.example'), normally)
    })
    expect(state.status).toBe('signed-in')
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it.each([42, '', null, {}, ['x'], true])(
    'C29 with refresh_token %j is refused, or has none',
    async (refresh_token) => {
      const { state, provider, auth } = await withBody({ refresh_token })
      if (state.status === 'signed-out') return expect(reasonOf(state).code).toBe('provider_invalid')
      await advance(700_000)
      expect(provider.requestsTo('token')).toHaveLength(1)
      return expect(auth.state.status).toBe('signed-out')
    },
  )

  it.each([307, 308, 302])('G27 that is a redirect with %i is not followed', async (status) => {
    const { state, provider } = await comingBackTo(answers(status, null, { location: 'https://evil.example/token' }))
    expectSignedOut(state, 'provider_invalid')
    expect(provider.requestsTo('elsewhere')).toEqual([])
  })
})

it('C30 The token request is a bare form: no cookies, cache, referrer or redirects', async () => {
  const { provider } = await signedIn()
  const [{ request, form } = { request: undefined, form: undefined }] = provider.requestsTo('token')
  expect(request).toMatchObject({
    method: 'POST',
    credentials: 'omit',
    cache: 'no-store',
    redirect: 'manual',
    referrerPolicy: 'no-referrer',
    mode: 'cors',
  })
  expect(request?.headers.get('content-type')).toMatch(/^application\/x-www-form-urlencoded/)
  expect(request?.headers.has('authorization')).toBe(false)
  expect(new URL(request?.url ?? '').search).toBe('')
  expect([...(form?.keys() ?? [])].sort()).toEqual(['client_id', 'code', 'code_verifier', 'grant_type', 'redirect_uri'])
})

it('A failed exchange leaves nothing: the next load is signed out without a reason', async () => {
  const stage = await comingBackTo(answers(500))
  const next = reloaded(stage)
  expect(await next.auth.start()).toEqual({ status: 'signed-out' })
})
