import {
  addsHeaders,
  answers,
  asksToWait,
  breaks,
  breaksMidway,
  changes,
  drips,
  type Fault,
  hangs,
  held,
  neverEnds,
  redirects,
  showsAPage,
  swells,
  truncates,
  withoutCors,
} from 'latchkey/testing'
import { asked, expect, lifePasses, refreshes, refusedLogin, status, test } from '../world/hostile.ts'

const UNUSABLE = 'refused: configuration'
const FIVE_MEBIBYTES = 5 * 2 ** 20

type Members = (issuer: string) => Record<string, unknown>

const EACH_ENDPOINT = ['authorization_endpoint', 'token_endpoint', 'jwks_uri']
const UNSAFE = [
  undefined,
  null,
  42,
  '',
  '/relative',
  '//localhost/x',
  'http://login.example.com/x',
  'http://localhost.evil.example/x',
  'http://127.0.0.1.evil.example/x',
  'http://user:pw@localhost/x',
  'javascript:alert(1)',
  ' \tjavascript:alert(1)',
  'data:text/html,x',
  'ws://localhost/',
  ['http://localhost/x'],
]

const TABLE: readonly [row: string, members: readonly Members[]][] = [
  [
    'F01 F02 a document of another issuer, or of one that is the same only after normalisation',
    [
      () => ({ issuer: 'https://evil.example' }),
      (issuer) => ({ issuer: `${issuer}/` }),
      (issuer) => ({ issuer: `${issuer}/other-tenant` }),
      (issuer) => ({ issuer: `${issuer}/.` }),
      (issuer) => ({ issuer: `${issuer}?x` }),
      (issuer) => ({ issuer: issuer.replace('http', 'HTTP') }),
      (issuer) => ({ issuer: issuer.replace('localhost', 'LOCALHOST') }),
      (issuer) => ({ issuer: issuer.replace('localhost', '127.0.0.1') }),
      ...[undefined, null, 42].map((issuer) => () => ({ issuer })),
      (issuer) => ({ issuer: [issuer] }),
    ],
  ],
  [
    'F05 F06 F07 A13 a document with an endpoint that is missing, unsafe or no URL',
    EACH_ENDPOINT.flatMap((name) => UNSAFE.map((value) => () => ({ [name]: value }))),
  ],
  ['A02 a document with PKCE plain alone', [() => ({ code_challenge_methods_supported: ['plain'] })]],
]

for (const [row, members] of TABLE) {
  test(`${row} is refused before the page goes anywhere`, async ({ hostile, visit, page, login }) => {
    await visit()
    for (const change of members) {
      const changed = change(hostile.issuer)
      hostile.provider.faults.discovery.once(changes((body) => ({ ...body, ...changed })))
      expect(await refusedLogin(page), JSON.stringify(changed)).toBe(UNUSABLE)
    }
    expect(asked(hostile, 'discovery')).toBe(members.length)
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
    expect(await login()).toBe('signed in as ada')
  })
}

test.describe('an issuer that ends in a slash', () => {
  test.use({ providerOptions: { issuerPath: '/tenant/' } })

  test('F03 is taken where it does so everywhere, and refused where the app spells it without', async ({
    hostile,
    visit,
    login,
    page,
  }) => {
    await visit()
    expect(await login()).toBe('signed in as ada')
    const { issuer } = hostile
    await visit({ issuer: issuer.slice(0, -1) })
    expect(await refusedLogin(page)).toBe(UNUSABLE)
  })
})

const ANSWERS: readonly (readonly [name: string, outcome: string, fault: Fault])[] = [
  ...['', '{', '[]', 'null', '"x"', '42'].map(
    (body) => [body || 'nothing', 'refused: provider_invalid', answers(200, body)] as const,
  ),
  ['cut off', 'refused: provider_invalid', truncates],
  ['a captive portal', 'refused: provider_invalid', showsAPage()],
  ['404', UNUSABLE, answers(404)],
  ['of five MiB', 'refused: provider_invalid', swells(FIVE_MEBIBYTES)],
  ['a redirect', 'refused: provider_invalid', redirects('http://localhost:9/openid-configuration')],
  ['reset', 'refused: network', breaks],
  ['reset in the middle', 'refused: network', breaksMidway],
  ['without CORS headers', 'refused: network', withoutCors],
  ['503', 'refused: network', answers(503)],
  ['429', 'refused: network', asksToWait(60)],
]

test('F07 F09 F10 a document that is none, too long or out of reach is asked for again by the next login', async ({
  hostile,
  visit,
  login,
  page,
}) => {
  await visit()
  for (const [name, outcome, fault] of ANSWERS) {
    hostile.provider.faults.discovery.always(fault)
    expect(await refusedLogin(page), name).toBe(outcome)
  }
  hostile.provider.faults.discovery.never()
  const before = asked(hostile, 'discovery')
  expect(before).toBeGreaterThanOrEqual(ANSWERS.length)
  expect(await login()).toBe('signed in as ada')
  expect(asked(hostile, 'discovery')).toBe(before + 1)
})

for (const [name, fault] of [
  ['never comes', hangs],
  ['drips', drips(1, 100)],
  ['has headers and no body', neverEnds],
] as const)
  test(`F09 a document that ${name} is a timeout, and the next login works`, async ({
    hostile,
    visit,
    login,
    page,
  }) => {
    await page.clock.install()
    await visit()
    hostile.provider.faults.discovery.once(fault)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect.poll(() => asked(hostile, 'discovery')).toBe(1)
    await page.clock.runFor(10_000)
    await expect(status(page)).toHaveText('refused: timeout')
    expect(await login()).toBe('signed in as ada')
  })

test('F10 a document that the browser may keep is not taken from its cache after it was wrong', async ({
  hostile,
  visit,
  login,
  page,
}) => {
  await visit()
  hostile.provider.faults.discovery.once((request, normally) =>
    changes((body) => ({ ...body, issuer: 'https://evil.example' }))(request, () =>
      Promise.resolve(addsHeaders({ 'cache-control': 'public, max-age=86400' })(request, normally)),
    ),
  )
  expect(await refusedLogin(page)).toBe(UNUSABLE)
  expect(await login()).toBe('signed in as ada')
})

test('F11 ten logins at once ask for the document once', async ({ hostile, visit, page }) => {
  await visit()
  const document = held()
  hostile.provider.faults.discovery.once(document)
  await page.evaluate(() => {
    for (let call = 0; call < 10; call += 1) void window.harness.auth.login()
  })
  await document.asked
  await page.evaluate(() => void window.harness.auth.login())
  document.release()
  await expect(status(page)).toHaveText('signed in as ada')
  expect(asked(hostile, 'discovery')).toBe(1)
  expect(asked(hostile, 'authorization')).toBe(1)
})

test('F13 metadata by hand is checked as if it had been fetched', async ({ hostile, visit, page, login }) => {
  const right = {
    authorization_endpoint: `${hostile.issuer}/authorize`,
    token_endpoint: `${hostile.issuer}/token`,
    jwks_uri: `${hostile.issuer}/jwks`,
  }
  await visit({ metadata: right })
  const codes = await page.evaluate(
    async ({ right, unsafe }) => {
      const codes: unknown[] = []
      for (const wrong of unsafe) {
        const login = async () =>
          window.harness.createAuth({ ...window.harnessOptions, metadata: { ...right, ...wrong } }).login()
        await login().then(
          () => codes.push('left'),
          (error) => codes.push(error.code),
        )
      }
      return codes
    },
    { right, unsafe: unsafeMembers() },
  )
  expect(codes).toEqual(unsafeMembers().map(() => 'configuration'))
  expect(asked(hostile, 'discovery')).toBe(0)
  expect(await login()).toBe('signed in as ada')
  expect(asked(hostile, 'discovery')).toBe(0)
})

test.describe('endpoints on another origin than the issuer', () => {
  test.use({ providerOptions: { endpointsApart: true } })

  test('F14 are taken, and no access token goes to them', async ({ hostile, visit, login, page }) => {
    await visit()
    expect(await login()).toBe('signed in as ada')
    const { endpoints } = hostile
    expect(hostile.provider.requestsTo('token').map(({ url }) => url.origin)).toEqual([endpoints])
    const before = hostile.arrivals.length
    const code = await page.evaluate(
      (url) => window.harness.auth.authFetch(url).catch((error) => error.code),
      `${endpoints}/notes`,
    )
    expect(code).toBe('api_not_allowed')
    expect(hostile.arrivals).toHaveLength(before)
  })
})

test('F15 a document that changes in mid-session moves no refresh token', async ({ hostile, visit, page, login }) => {
  await page.clock.install()
  await visit()
  expect(await login()).toBe('signed in as ada')
  const moved = `${hostile.stranger}/token`
  hostile.provider.faults.discovery.always(changes((body) => ({ ...body, token_endpoint: moved })))
  await lifePasses(page)
  await lifePasses(page)
  expect(refreshes(hostile)).toHaveLength(2)
  await expect(status(page)).toHaveText('signed in as ada')
  expect(asked(hostile, 'elsewhere')).toBe(0)
})

/** What metadata may not say, without what JSON cannot. */
function unsafeMembers(): Record<string, unknown>[] {
  const endpoints = EACH_ENDPOINT.flatMap((name) => UNSAFE.map((value) => ({ [name]: value ?? null })))
  return [...endpoints, { code_challenge_methods_supported: ['plain'] }]
}
