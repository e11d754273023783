import { call } from './world/call.ts'
import { type Recorder, startRecorder } from './world/recorder.ts'
import { refreshes, watchRequests } from './world/requests.ts'
import { signIn } from './world/sign-in.ts'
import { expect, test } from './world/test.ts'

const API = 'http://localhost:4711/notes'

const LOOK_ALIKES = [
  'http://evil.example/notes',
  'http://localhost.evil.example:4711/notes',
  'http://localhostevil.example:4711/notes',
  'http://localhost:4711@evil.example/notes',
  'http://localhost@evil.example:4711/notes',
  'http://ada:secret@localhost:4711/notes',
  'http://localhost.:4711/notes',
  'http://lосalhost:4711/notes', // two Cyrillic letters
  'https://localhost:4711/notes',
  'http://127.0.0.1:4711/notes',
  'http://[::1]:4711/notes',
  'http://localhost:4712/notes',
  'http://localhost:47110/notes',
  'http://api.localhost:4711/notes',
  'http://localhost:4711/notesx',
  'http://localhost:4711/x/notes',
  'http://localhost:4711/notes/../admin',
  'http://localhost:4711/notes/%2e%2e/admin',
  'http://localhost:4711/notes/..%2fadmin',
  'http://localhost:4711/notes%2f..%2fadmin',
  'http://localhost:4711/NOTES',
  'http:\\\\evil.example/notes',
  '//evil.example/notes',
  '/\\evil.example/notes',
  '/notes',
  'notes',
  '',
  'ht\ttp://evil.example/notes',
  'ftp://localhost:4711/notes',
  'data:text/plain,notes',
  'blob:http://localhost:4711/2c6f0f2e-0000-4000-8000-000000000000',
  'javascript:alert(1)',
  'file:///notes',
]

test('H01-H10 authFetch to look-alikes of the API sends nothing', async ({ page, open, world }) => {
  world.site.connect = ['http:', 'https:', 'data:', 'blob:', 'ftp:', 'file:'] // not the policy is to stop it
  await open({ apis: [{ url: API }] })
  await signIn(page)
  await page.route('**', (route) => route.fulfill({ status: 200, headers: { 'access-control-allow-origin': '*' } }))
  const requests = watchRequests(page)

  for (const url of LOOK_ALIKES) {
    // fetch itself takes no URL with a user name in it.
    const error = URL.canParse(url) && new URL(url).username ? 'configuration' : 'api_not_allowed'
    expect(await call(page, url), url).toEqual({ error })
  }
  const asRequests = LOOK_ALIKES.filter((url) => URL.canParse(url) && !new URL(url).username)
  const refusals = await page.evaluate(async (urls) => {
    const codes: unknown[] = []
    for (const url of urls) {
      await window.harness.auth.authFetch(new Request(url)).then(
        () => codes.push(`sent ${url}`),
        (error) => codes.push(error.code),
      )
    }
    return codes
  }, asRequests)
  expect(refusals).toEqual(asRequests.map(() => 'api_not_allowed'))
  expect(requests.map((request) => request.url())).toEqual([])

  expect(await call(page, `${API}/7`)).toMatchObject({ status: 200 })
  expect(await requests[0]?.headerValue('authorization')).toMatch(/^Bearer /)
})

test('H04 other spellings of the very same address are the API', async ({ page, open, world }) => {
  world.site.connect = ['http://localhost:4711']
  await open({ apis: [{ url: 'http://localhost:4711/notes' }] })
  await page.route('http://localhost:4711/**', (route) =>
    route.fulfill({ status: 200, headers: { 'access-control-allow-origin': '*' } }),
  )
  await signIn(page)
  for (const url of [
    'HTTP://LOCALHOST:4711/notes',
    'http://localhost:4711/x/../notes/7',
    'http:\\\\localhost:4711/notes',
  ])
    expect(await call(page, url), url).toEqual(expect.objectContaining({ status: 200 }))
})

test.describe('over the network', () => {
  let api: Recorder
  let stranger: Recorder

  test.beforeEach(async () => {
    stranger = await startRecorder((_request, response) => response.end('stranger'))
    api = await startRecorder((request, response) => {
      const [path, status] = (request.url ?? '').split('?')
      if (path === '/away') response.writeHead(Number(status), { Location: `${stranger.origin}/caught` }).end()
      else if (path === '/refused')
        response.writeHead(401, { 'WWW-Authenticate': 'Bearer error="invalid_token"' }).end()
      else if (path === '/basic') response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="x"' }).end()
      else if (path === '/forbidden')
        response.writeHead(403, { 'WWW-Authenticate': 'Bearer error="insufficient_scope"' }).end('not you')
      else if (path === '/step-up') {
        const challenge = 'Bearer error="insufficient_user_authentication", acr_values="gold silver", max_age="5"'
        response.writeHead(401, { 'WWW-Authenticate': challenge }).end()
      } else if (path === '/empty') response.writeHead(204).end()
      else if (path === '/broken') response.writeHead(500).end('broken')
      else if (path === '/drip') {
        response.write('first')
        api.finish = () => response.end(' last')
      } else if (path === '/never') response.flushHeaders()
      else response.end(JSON.stringify({ method: request.method, body: api.requests.at(-1)?.body }))
    })
  })

  test.afterEach(() => Promise.all([api.close(), stranger.close()]))

  test.beforeEach(async ({ page, open, world }) => {
    world.site.connect = [api.origin, stranger.origin]
    await open({ apis: [{ url: `${api.origin}/` }] })
    await signIn(page)
  })

  for (const [row, method, code] of [
    ['H11', 'GET', 302],
    ['H12', 'POST', 307],
    ['H12', 'POST', 308],
  ] as const) {
    test(`${row} a ${method} that the API redirects elsewhere with ${code} does not take the token along`, async ({
      page,
    }) => {
      await call(page, `${api.origin}/away?${code}`, { method, ...(method === 'POST' && { body: 'note' }) })
      expect(api.requests.at(-1)?.headers.authorization).toMatch(/^Bearer /)
      expect(stranger.requests.filter(({ headers }) => 'authorization' in headers)).toEqual([])
      expect(JSON.stringify(stranger.requests)).not.toContain(api.requests.at(-1)?.headers.authorization?.slice(7))
    })
  }

  test('H13 method, headers and body of a Request arrive as they are, with one Authorization', async ({ page }) => {
    const answer = await page.evaluate(async (url) => {
      const request = new Request(url, {
        method: 'PUT',
        headers: { 'x-own': 'yes' },
        body: 'line',
        credentials: 'omit',
      })
      const response = await window.harness.auth.authFetch(request, { headers: { 'x-other': 'too' } })
      return { url: response.url, body: await response.json(), isResponse: response instanceof Response }
    }, `${api.origin}/notes/7`)
    expect(answer).toEqual({ url: `${api.origin}/notes/7`, body: { method: 'PUT', body: 'line' }, isResponse: true })
    const { headers } = api.requests.at(-1) ?? {}
    expect(headers).toMatchObject({ 'x-other': 'too', authorization: expect.stringMatching(/^Bearer [^, ]+$/) })
    expect(headers).not.toHaveProperty('x-own') // as fetch does: headers of the second argument replace the first's
  })

  test('H13 the Authorization of a caller is not overwritten in silence', async ({ page }) => {
    expect(await call(page, `${api.origin}/notes`, { headers: { Authorization: 'Basic x' } })).toEqual({
      error: 'configuration',
    })
    expect(api.requests).toEqual([])
  })

  test('H26 mode no-cors is refused before anything is sent', async ({ page }) => {
    expect(await call(page, `${api.origin}/notes`, { mode: 'no-cors' })).toEqual({ error: 'configuration' })
    expect(api.requests).toEqual([])
  })

  test('H28 the token is never in the URL or the body', async ({ page }) => {
    await call(page, `${api.origin}/notes?x=1`, { method: 'POST', body: 'line' })
    const { url, body, headers } = api.requests.at(-1) ?? {}
    expect(headers?.authorization).toMatch(/^Bearer /)
    expect({ url, body }).toEqual({ url: '/notes?x=1', body: 'line' })
  })

  test('H17 a 401 for ever costs one refresh and one retry, then it is the caller’s', async ({ page, world }) => {
    expect(await call(page, `${api.origin}/refused`)).toMatchObject({ status: 401 })
    expect(api.requests).toHaveLength(2)
    const [first, second] = api.requests.map(({ headers }) => headers.authorization)
    expect(first).not.toBe(second)
    expect(refreshes(world.provider)).toHaveLength(1)
  })

  test('H14 H15 a body that is a stream is not sent twice: the 401 is the caller’s', async ({ page, world }) => {
    await page.route(`${api.origin}/stream`, (route) =>
      route.fulfill({ status: 401, headers: { 'access-control-allow-origin': '*' } }),
    )
    const sent = watchRequests(page)
    const answered = await page.evaluate(async (url) => {
      const body = new Blob(['line']).stream()
      const init = { method: 'POST', body, duplex: 'half' } as RequestInit
      return (await window.harness.auth.authFetch(url, init)).status
    }, `${api.origin}/stream`)
    expect(answered).toBe(401)
    expect(sent.filter((request) => request.url() === `${api.origin}/stream`)).toHaveLength(1)
    expect(refreshes(world.provider)).toEqual([])
  })

  test('H20 H33 403, 204, 500 and a 401 of another scheme are the caller’s, and refresh nothing', async ({
    page,
    world,
  }) => {
    expect(await call(page, `${api.origin}/forbidden`)).toEqual({ status: 403, text: 'not you' })
    expect(await call(page, `${api.origin}/empty`)).toEqual({ status: 204, text: '' })
    expect(await call(page, `${api.origin}/broken`)).toEqual({ status: 500, text: 'broken' })
    expect(await call(page, `${api.origin}/basic`)).toEqual({ status: 401, text: '' })
    expect(api.requests).toHaveLength(4)
    expect(refreshes(world.provider)).toEqual([])
  })

  test('H21 a step-up challenge comes as a typed error with what the API asked for', async ({ page, world }) => {
    const error = await page.evaluate(async (url) => {
      const failure = await window.harness.auth.authFetch(url).catch((error) => error)
      return { code: failure.code, stepUp: { ...failure.stepUp } }
    }, `${api.origin}/step-up`)
    expect(error).toEqual({ code: 'step_up_required', stepUp: { acrValues: 'gold silver', maxAge: 5 } })
    expect(api.requests).toHaveLength(1)
    expect(refreshes(world.provider)).toEqual([])
  })

  test('H33 an answer streams: the first part is there before the last was sent', async ({ page }) => {
    const first = await page.evaluate(async (url) => {
      const response = await window.harness.auth.authFetch(url)
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
      Object.assign(window.harness, { reader })
      return (await reader?.read())?.value
    }, `${api.origin}/drip`)
    expect(first).toBe('first')
    api.finish()
    const last = await page.evaluate(async () => {
      const { reader } = window.harness as unknown as { reader: ReadableStreamDefaultReader<string> }
      return (await reader.read()).value
    })
    expect(last).toBe(' last')
  })

  test('H25 an abort reaches the API call and rejects with its reason', async ({ page }) => {
    const outcome = page.evaluate(async (url) => {
      const abort = new AbortController()
      const response = await window.harness.auth.authFetch(url, { signal: abort.signal })
      Object.assign(window.harness, { abort })
      return response.text().catch((error: Error) => error.name)
    }, `${api.origin}/never`)
    // The API has the request before the page has the beginning of the answer.
    await expect.poll(() => page.evaluate(() => 'abort' in window.harness)).toBe(true)
    const gone = api.requests[0]?.closed
    await page.evaluate(() => (window.harness as unknown as { abort: AbortController }).abort.abort())
    expect(await outcome).toBe('AbortError')
    await gone
  })

  test('H25 who comes with an aborted signal gets its reason, and nothing is sent', async ({ page }) => {
    const reason = await page.evaluate(
      (url) => window.harness.auth.authFetch(url, { signal: AbortSignal.abort('changed my mind') }).catch(String),
      `${api.origin}/notes`,
    )
    expect(reason).toBe('changed my mind')
    expect(api.requests).toEqual([])
  })

  test('H27 a keepalive request that is sent while the page leaves arrives with its token', async ({ page }) => {
    await page.evaluate((url) => {
      addEventListener('pagehide', () => {
        void window.harness.auth.authFetch(url, { method: 'POST', body: 'last words', keepalive: true })
      })
    }, `${api.origin}/notes`)
    await call(page, `${api.origin}/notes`, { method: 'POST' }) // the preflight is done
    await page.goto('about:blank')
    await expect.poll(() => api.requests.map(({ body }) => body)).toContain('last words')
    expect(api.requests.at(-1)?.headers.authorization).toMatch(/^Bearer /)
  })

  test('H29 nobody signed in: a typed error, and nothing is sent', async ({ page }) => {
    await page.reload()
    expect(await call(page, `${api.origin}/notes`)).toEqual({ error: 'login_required' })
    expect(api.requests).toEqual([])
  })
})
