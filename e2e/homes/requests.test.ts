import { expect, inEveryHome, test, text } from '../world/homes.ts'

inEveryHome((home) => {
  test.beforeEach(({ enter }) => enter())

  test('H13 H33 status, headers, url, redirected and type are the API’s own', async ({ page, api }) => {
    const seen = await page.evaluate(async (origin) => {
      const facts = async (path: string, init?: RequestInit) => {
        const response = await window.harness.auth.authFetch(origin + path, init)
        const { status, statusText, ok, url, redirected, type, headers } = response
        const own = headers.get('x-own')
        const isReal = response instanceof Response && headers instanceof Headers
        return { status, statusText, ok, url, redirected, type, own, isReal, text: (await response.text()).length > 0 }
      }
      return {
        right: await facts('/echo?a=1#b'),
        head: await facts('/echo', { method: 'HEAD' }),
        empty: await facts('/status?code=204'),
        broken: await facts('/status?code=500'),
        odd: await facts('/status?code=299'),
        moved: await facts('/moved'),
        stopped: await facts('/moved', { redirect: 'manual' }),
      }
    }, api.origin)
    const usual = { statusText: 'OK', ok: true, redirected: false, type: 'cors', own: 'kept', isReal: true }
    expect(seen).toEqual({
      right: { ...usual, status: 200, url: `${api.origin}/echo?a=1`, text: true },
      head: { ...usual, status: 200, url: `${api.origin}/echo`, text: false },
      empty: { ...usual, status: 204, statusText: 'No Content', url: `${api.origin}/status?code=204`, text: false },
      broken: {
        ...usual,
        status: 500,
        statusText: 'Internal Server Error',
        ok: false,
        url: `${api.origin}/status?code=500`,
        text: false,
      },
      odd: { ...usual, status: 299, statusText: 'unknown', url: `${api.origin}/status?code=299`, text: false },
      moved: { ...usual, status: 200, url: `${api.origin}/echo?moved`, redirected: true, text: true },
      stopped: {
        status: 0,
        statusText: '',
        ok: false,
        url: `${api.origin}/moved`,
        redirected: false,
        type: 'opaqueredirect',
        own: null,
        isReal: true,
        text: false,
      },
    })
  })

  test('H13 methods, own headers and the fields of a request arrive', async ({ page, api }) => {
    await page.evaluate(async (url) => {
      const { authFetch } = window.harness.auth
      for (const method of ['GET', 'PUT', 'PATCH', 'DELETE'])
        await authFetch(new Request(url, { method, headers: { 'X-Own': 'mine', Accept: 'text/x-note' } }))
      await authFetch(new URL(url), { cache: 'no-store', referrerPolicy: 'origin', credentials: 'omit' })
    }, `${api.origin}/echo`)
    const calls = api.callsTo('/echo')
    expect(calls.map(({ method }) => method)).toEqual(['GET', 'PUT', 'PATCH', 'DELETE', 'GET'])
    for (const { headers } of calls.slice(0, 4))
      expect(headers).toMatchObject({ 'x-own': 'mine', accept: 'text/x-note' })
    expect(calls[4]?.headers).toMatchObject({ 'cache-control': 'no-cache' })
  })

  test('H16 H17 a refusal costs one refresh and one repetition; a second one is the caller’s', async ({
    page,
    api,
    hostile,
  }) => {
    api.refusals = 1
    expect(await text(page, `${api.origin}/status?code=200`)).toBe('')
    expect(api.calls).toHaveLength(2)
    expect(hostile.provider.requestsTo('token')).toHaveLength(2)
    api.refusals = 100
    const status = await page.evaluate(
      async (url) => (await window.harness.auth.authFetch(url)).status,
      `${api.origin}/echo`,
    )
    expect(status).toBe(401)
    expect(api.calls.length).toBeLessThanOrEqual(4)
    expect(hostile.provider.reuses()).toBe(0)
  })

  test('H18 50 calls that are refused at once make one refresh', async ({ page, api, hostile }) => {
    api.refusals = 50
    const statuses = await page.evaluate(async (url) => {
      const calls = Array.from({ length: 50 }, () => window.harness.auth.authFetch(url))
      return (await Promise.all(calls)).map(({ status }) => status)
    }, `${api.origin}/echo`)
    expect(statuses).toEqual(Array(50).fill(200))
    expect(hostile.provider.requestsTo('token')).toHaveLength(2)
  })

  test('H21 a step-up challenge comes as a typed error with what the API asked for', async ({ page, api, hostile }) => {
    const error = await page.evaluate(async (url) => {
      const { auth, AuthError } = window.harness
      const failure = await auth.authFetch(url).catch((error) => error)
      return { code: failure.code, stepUp: { ...failure.stepUp }, isAuthError: failure instanceof AuthError }
    }, `${api.origin}/step-up`)
    expect(error).toEqual({
      code: 'step_up_required',
      stepUp: { acrValues: 'gold', maxAge: 5 },
      isAuthError: true,
    })
    expect(hostile.provider.requestsTo('token')).toHaveLength(1)

    await page.evaluate(async (url) => {
      const { auth } = window.harness
      const { stepUp } = await auth.authFetch(url).catch((error) => error)
      await auth.login({ stepUp })
    }, `${api.origin}/step-up`)
    await expect.poll(() => hostile.provider.requestsTo('token').length).toBe(2)
    const asked = hostile.arrivals.filter(({ path }) => path.includes('acr_values'))
    expect(asked.map(({ path }) => new URL(path, hostile.issuer).searchParams.get('acr_values'))).toEqual(['gold'])
  })

  test('H01 H10 H13 H26 what must not be sent is refused before anything leaves', async ({ page, api, hostile }) => {
    const before = hostile.arrivals.length
    const strange = [`${hostile.stranger}/notes`, `${hostile.issuer}/token`, '/notes', 'data:text/plain,x']
    for (const url of strange) expect(await text(page, url), url).toBe('api_not_allowed')
    expect(await text(page, `${api.origin}/echo`, { headers: { Authorization: 'Basic x' } })).toBe('configuration')
    expect(await text(page, `${api.origin}/echo`, { mode: 'no-cors' })).toBe('configuration')
    expect(await text(page, `${api.origin}/echo`, { method: 'GET', body: 'x' })).toBe('configuration')
    expect(api.calls).toEqual([])
    expect(hostile.arrivals).toHaveLength(before)
  })

  test('an API that cannot be reached fails as fetch does', async ({ page, api }) => {
    await api.close()
    const error = await page.evaluate(
      (url) => window.harness.auth.authFetch(url).then(String, (error) => [error instanceof TypeError, error.code]),
      `${api.origin}/echo`,
    )
    expect(error).toEqual([true, undefined])
  })

  test('H11 H12 a redirect to a stranger does not take the token along', async ({ page, hostile }) => {
    hostile.provider.faults.api.once(
      () => new Response(null, { status: 307, headers: { ...CORS, location: `${hostile.stranger}/caught` } }),
    )
    await text(page, `${hostile.api}/notes`, { method: 'POST', body: 'note' })
    const caught = hostile.arrivals.filter(({ origin }) => origin === hostile.stranger)
    expect(caught.filter(({ headers }) => 'authorization' in headers)).toEqual([])
  })

  test(`says that the tokens are in the home ${home}`, async ({ page }) => {
    expect(await page.evaluate(() => window.harness.auth.home)).toBe(home)
  })
})

const CORS = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' }
