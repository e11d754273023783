import {
  addsHeaders,
  answers,
  asksToWait,
  breaksMidway,
  changes,
  drips,
  type Fault,
  hangs,
  losesTheAnswer,
  neverEnds,
  repeatsTheAnswer,
  showsAPage,
  truncates,
  withoutCors,
} from 'latchkey/testing'
import { asked, expect, reason, status, test } from '../world/hostile.ts'
import { watchRequests } from '../world/requests.ts'

const json = (members: Record<string, unknown>) => changes((body) => ({ ...body, ...members }))
type Case = readonly [name: string, fault: Fault]

const TABLE: readonly [row: string, outcome: string, cases: readonly Case[]][] = [
  [
    'C01 a body that is no token response is refused',
    'signed out: provider_invalid',
    ['', '{', '[]', 'null', '"x"', '42', '{"access_token":', '{}', '\u0000'].map((body) => [
      JSON.stringify(body),
      answers(200, body),
    ]),
  ],
  [
    'C01 a right answer that is there twice, or cut off, is refused',
    'signed out: provider_invalid',
    [
      ['twice', repeatsTheAnswer],
      ['cut off', truncates],
    ],
  ],
  [
    'C02 an HTML page with 200, 400 or 404 is refused',
    'signed out: provider_invalid',
    [200, 400, 404].map((code) => [`${code}`, showsAPage(code)]),
  ],
  [
    'C02 an HTML page with 500, 502 or 504 is a network failure',
    'signed out: network',
    [500, 502, 504].map((code) => [`${code}`, showsAPage(code)]),
  ],
  [
    'C03 a form-encoded answer is refused',
    'signed out: provider_invalid',
    ['application/x-www-form-urlencoded', 'application/json'].map((type) => [
      type,
      answers(200, 'access_token=x&token_type=Bearer', { 'content-type': type }),
    ]),
  ],
  [
    'C03 right JSON under another content type is taken',
    'signed in as ada',
    ['text/html', 'text/plain', ''].map((type) => [type || 'none', addsHeaders({ 'content-type': type })]),
  ],
  [
    'C05 an access token that no header can carry is refused at receipt',
    'signed out: provider_invalid',
    ['a\r\nx-evil: 1', 'a\nb', 'tökən', 'a b', '', ' ', '\u0000', 42, null, ['x'], {}].map((access_token) => [
      JSON.stringify(access_token),
      json({ access_token }),
    ]),
  ],
  [
    'C07 a token type other than Bearer is refused',
    'signed out: provider_invalid',
    ['mac', 'N_A', 'DPoP', 'Bearer ', 'Bearer,mac'].map((token_type) => [token_type, json({ token_type })]),
  ],
  [
    'C15 an ID token that is missing or none is refused',
    'signed out: token_invalid',
    [undefined, null, 42, {}, ['x'], 'x', ''].map((id_token) => [
      JSON.stringify(id_token) ?? 'absent',
      json({ id_token }),
    ]),
  ],
  [
    'C17 an error beside tokens in a 200 is no success',
    'signed out: provider_invalid',
    ['invalid_grant', 'access_denied', '__proto__', null, 42].map((error) => [`${error}`, json({ error })]),
  ],
]

for (const [row, outcome, cases] of TABLE) {
  test(row, async ({ hostile, visit, login, page }) => {
    await visit()
    for (const [name, fault] of cases) {
      await test.step(name, async () => {
        hostile.provider.faults.token.once(fault)
        expect(await login(), name).toBe(outcome)
        expect(page.url(), name).toBe(`${hostile.site.origin}/`)
        const { isAuthError, message } = await reason(page)
        expect(message, name).not.toMatch(/wi-fi|html|terms/i)
        expect(isAuthError, name).toBe(outcome !== 'signed in as ada')
      })
    }
    expect(asked(hostile, 'token')).toBe(cases.length)
    expect(asked(hostile, 'api')).toBe(0)
    expect(await login()).toBe('signed in as ada')
  })
}

test('C19 what the provider echoes of code and verifier is in no error', async ({ hostile, visit, login, page }) => {
  await visit()
  for (const answered of ['description', 'error', 'uri', 'whole']) {
    hostile.provider.faults.token.once(async (request, normally) => {
      const form = await request.clone().text()
      const minted = await (await normally()).text()
      const error = answered === 'error' ? (new URLSearchParams(form).get('code_verifier') ?? '') : 'invalid_grant'
      const description = answered === 'whole' ? minted : `You sent ${decodeURIComponent(form)}`
      return answers(400, { error, error_description: description, error_uri: form })(request, normally)
    })
    expect(await login(), answered).toBe(`signed out: ${answered === 'error' ? 'provider_invalid' : 'provider_error'}`)
    const { text, message, provider } = await reason(page)
    const said = `${text} ${message} ${JSON.stringify(provider)}`
    for (const secret of hostile.provider.secrets) expect(said, answered).not.toContain(secret)
  }
})

for (const [name, fault] of [
  ['never comes', hangs],
  ['drips', drips(1, 100)],
  ['has headers and no body', neverEnds],
] as const)
  test(`C21 an answer that ${name} is a timeout, and the page can be used again`, async ({
    hostile,
    visit,
    login,
    page,
  }) => {
    await page.clock.install()
    await visit()
    hostile.provider.faults.token.once(fault)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect.poll(() => asked(hostile, 'token')).toBe(1)
    await page.clock.runFor(10_000)
    await expect(status(page)).toHaveText('signed out: timeout')
    expect(page.url()).toBe(`${hostile.site.origin}/`)
    expect(await login()).toBe('signed in as ada')
  })

for (const [name, fault] of [
  ['before it is answered', losesTheAnswer],
  ['in the middle of the answer', breaksMidway],
] as const)
  test(`C22 a connection that is reset ${name} is a network failure, and the code is not sent again`, async ({
    hostile,
    visit,
    login,
    page,
  }) => {
    await visit()
    const sent = watchRequests(page)
    hostile.provider.faults.token.always(fault)
    expect(await login()).toBe('signed out: network')
    expect(sent.filter((request) => request.url().endsWith('/token'))).toHaveLength(1)
    hostile.provider.faults.token.never()
    expect(await login()).toBe('signed in as ada')
  })

for (const code of [429, 503])
  test(`C23 ${code} with Retry-After is a network failure that says when, and nobody hammers`, async ({
    hostile,
    visit,
    login,
    page,
  }) => {
    await page.clock.install()
    await visit()
    hostile.provider.faults.token.always(asksToWait(120, code))
    expect(await login()).toBe('signed out: network')
    await page.clock.fastForward(600_000)
    await page.evaluate(() => dispatchEvent(new Event('online')))
    expect(asked(hostile, 'token')).toBe(1)
    const after = await page.evaluate(() => {
      const { state } = window.harness.auth
      return state.status === 'signed-out' ? state.reason?.retryAfter : undefined
    })
    expect(after).toBe(120_000)
  })

test('C25 an answer without CORS headers is a network failure that speaks of CORS', async ({
  hostile,
  visit,
  login,
  page,
}) => {
  await visit()
  hostile.provider.faults.token.always(withoutCors)
  expect(await login()).toBe('signed out: network')
  expect((await reason(page)).message).toMatch(/CORS/)
})

for (const away of ['another page', 'a reload'])
  test(`C31 ${away} during the exchange leaves a clean signed-out app, and one exchange`, async ({
    hostile,
    visit,
    login,
    page,
  }) => {
    await visit()
    hostile.provider.faults.token.once(hangs)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect.poll(() => asked(hostile, 'token')).toBe(1)
    await expect(page).toHaveURL(`${hostile.site.origin}/`)
    if (away === 'a reload') await page.reload()
    else {
      await page.goto('about:blank')
      await page.goto(hostile.site.origin)
    }
    await expect(status(page)).toHaveText('signed out')
    const left = await page.evaluate(() => JSON.stringify({ ...sessionStorage }))
    expect(left).not.toMatch(/verifier|nonce/)
    expect(asked(hostile, 'token')).toBe(1)
    expect(await login()).toBe('signed in as ada')
  })

test('C31 a tab that is closed during the exchange leaves nothing to the next one', async ({
  hostile,
  visit,
  page,
  context,
}) => {
  await visit()
  hostile.provider.faults.token.once(hangs)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect.poll(() => asked(hostile, 'token')).toBe(1)
  const next = await context.newPage()
  await page.close()
  await next.goto(hostile.site.origin)
  await expect(status(next)).toHaveText('signed out')
  expect(await next.evaluate(() => sessionStorage.length + localStorage.length)).toBe(0)
  await next.getByRole('button', { name: 'Sign in' }).click()
  await expect(status(next)).toHaveText('signed in as ada')
})
