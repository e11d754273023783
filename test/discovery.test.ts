// @vitest-environment node
import type { AuthOptions, ProviderMetadata } from 'latchkey'
import {
  answers,
  breaks,
  breaksMidway,
  changes,
  createTestProvider,
  drips,
  type Fault,
  hangs,
  held,
  redirects,
  repeatsTheAnswer,
  showsAPage,
  swells,
  truncates,
  withoutCors,
} from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { backFromProvider, firstVisit, reloaded, signedIn } from './browser.ts'
import { advance, settled, until } from './clock.ts'
import { expectRefusal, refusal } from './outcome.ts'

const REQUIRED = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const

/** What no endpoint of a provider on the network may be. */
const UNSAFE = [
  undefined,
  null,
  42,
  '',
  {},
  '/relative',
  '//login.example.com/x',
  'login.example.com/x',
  'http://login.example.com/x',
  'http://localhost/x',
  'http://localhost.evil.example/x',
  'http://127.0.0.1.evil.example/x',
  'https://user:pw@login.example.com/x',
  'https://user@login.example.com/x',
  'javascript:alert(1)',
  '\tJaVaScRiPt:alert(1)',
  'data:application/json,{}',
  'blob:https://login.example.com/x',
  'file:///x',
  'ws://login.example.com/',
  ['https://login.example.com/x'],
]

/** What `login()` is refused with, with this in the discovery document. */
async function refusedFor(members: Record<string, unknown>) {
  const { auth, provider, tab } = firstVisit()
  provider.faults.discovery.always(changes((body) => ({ ...body, ...members })))
  const error = await refusal(auth.login())
  expect(tab.departures).toEqual([])
  return error
}

describe('Discovery', () => {
  it.each([
    'https://evil.example',
    'https://login.example.com/other-tenant',
    'https://login.example.com/',
    'HTTPS://login.example.com',
    'https://LOGIN.example.com',
    'https://login.example.com:443',
    'https://login.example.com/.',
    'https://login.example.com?x',
    'https://login.example.com#',
    ' https://login.example.com',
    'https://login.example.com\n',
    'https://login.example.com/%2e',
    'https://login.example.com//',
    'https://x@login.example.com',
    'http://login.example.com',
    'https://login.example.com.',
    '',
    {},
    true,
    undefined,
    null,
    42,
    ['https://login.example.com'],
  ])('F01, F02 refuses a document of the issuer %j', async (issuer) => {
    expect((await refusedFor({ issuer })).code).toBe('configuration')
  })

  it('F03 takes an issuer that ends in a slash, consistently', async () => {
    const issuer = 'https://login.example.com/tenant/'
    const { provider } = await signedIn({ options: { issuer }, provider: { issuer } })
    expect(provider.requestsTo('discovery')[0]?.url.pathname).toBe('/tenant/.well-known/openid-configuration')
  })

  it('F02 refuses a document without the slash that the issuer was configured with', async () => {
    const { tab, options, provider } = firstVisit()
    await expectRefusal(tab.createAuth({ ...options, issuer: 'https://login.example.com/' }).login(), 'configuration')
    expect(provider.requestsTo('discovery')).toHaveLength(1)
    expect(tab.departures).toEqual([])
  })

  it.each(REQUIRED)('F05, F06, F07 needs a %s that is absolute and safe', async (name) => {
    for (const url of UNSAFE) {
      const error = await refusedFor({ [name]: url })
      expect(error.code, `${url}`).toBe('configuration')
      expect(error.message).toContain(name)
    }
  })

  it.each(['', '{', '[]', 'null', '"x"', '42', '<html></html>', '[{"issuer":"https://login.example.com"}]'])(
    'F07 refuses a document that is none: %j',
    async (body) => {
      const { auth, provider } = firstVisit()
      provider.faults.discovery.always(answers(200, body))
      await expectRefusal(auth.login(), 'provider_invalid')
    },
  )

  it.each<[string, Fault]>([
    ['is cut off', truncates],
    ['comes twice', repeatsTheAnswer],
    ['is a page', showsAPage()],
  ])('F07 refuses a document that %s', async (_, fault) => {
    const { auth, provider, tab } = firstVisit()
    provider.faults.discovery.once(fault)
    const error = await refusal(auth.login())
    expect(error.code).toBe('provider_invalid')
    expect(error.message).toContain('issuer')
    await auth.login()
    expect(tab.departures).toHaveLength(1)
  })

  it.each([404, 401])('refuses a document that answers %i, naming the way out', async (status) => {
    const { auth, provider } = firstVisit()
    provider.faults.discovery.always(answers(status))
    const error = await refusal(auth.login())
    expect(error.code).toBe('configuration')
    expect(error.message).toContain('`issuer`')
  })

  it.each<[string, Fault]>([
    ['hangs', hangs],
    ['drips', drips(1, 1_000)],
  ])('F09 that %s is a timeout', async (_, fault) => {
    const { auth, provider, tab } = firstVisit()
    provider.faults.discovery.once(fault)
    const login = refusal(auth.login())
    await until(() => provider.requests.length > 0)
    await advance(10_000)
    expect((await login).code).toBe('timeout')
    await auth.login()
    expect(tab.departures).toHaveLength(1)
  })

  it('F09 of more than four MiB is refused, and not remembered', async () => {
    const { auth, provider, tab } = firstVisit()
    provider.faults.discovery.once(swells(2 ** 22 + 1))
    await expectRefusal(auth.login(), 'provider_invalid')
    await auth.login()
    expect(tab.departures).toHaveLength(1)
  })

  it.each<[string, Fault]>([
    ['breaks', breaks],
    ['breaks half-way', breaksMidway],
    ['has no CORS headers', withoutCors],
    ['answers 503', answers(503)],
    ['answers 429', answers(429)],
  ])('F09, F10 that %s is asked for again by the next login', async (_, fault) => {
    const { auth, provider, tab } = firstVisit()
    provider.faults.discovery.once(fault)
    await expectRefusal(auth.login(), 'network')
    await auth.login()
    expect(tab.departures).toHaveLength(1)
    expect(provider.requestsTo('discovery')).toHaveLength(2)
  })

  it.each([301, 302, 307, 308])('F09 is not followed through a redirect (%i)', async (status) => {
    const { auth, provider } = firstVisit()
    provider.faults.discovery.always(redirects('https://evil.example/openid-configuration', status))
    await expectRefusal(auth.login(), 'provider_invalid')
    expect(provider.requestsTo('elsewhere')).toEqual([])
  })

  it('F11 is asked for once by ten clicks at once, and by none after them', async () => {
    const { auth, provider } = firstVisit()
    const document = held()
    provider.faults.discovery.once(document)
    const logins = Array.from({ length: 10 }, () => auth.login())
    await document.asked
    document.release()
    await Promise.all(logins)
    await auth.login()
    expect(provider.requestsTo('discovery')).toHaveLength(1)
  })

  it('F11 is asked for once by all who need it at the same time', async () => {
    const { auth, provider, tab } = await backFromProvider()
    // As if the person had come back in a browser that lost it.
    for (const key of Object.keys(tab.sessionStorage)) if (key.includes('metadata')) tab.sessionStorage.removeItem(key)
    const document = held()
    provider.faults.discovery.once(document)
    const starting = auth.start()
    const login = auth.login()
    await document.asked
    document.release()
    expect((await starting).status).toBe('signed-in')
    await login
    await auth.login()
    expect(provider.requestsTo('discovery')).toHaveLength(2)
  })

  it('F14 may name endpoints of another origin, to which no access token is sent', async () => {
    const endpoints = 'https://accounts.example.net'
    const { auth, provider } = await signedIn({ provider: { endpoints } })
    expect(provider.requestsTo('token')[0]?.url.origin).toBe(endpoints)
    await expectRefusal(auth.authFetch(`${endpoints}/userinfo`), 'api_not_allowed')
  })

  it('F15 that changes in mid-session does not move the refresh token', async () => {
    const { auth, provider } = await signedIn()
    provider.faults.discovery.always(changes((body) => ({ ...body, token_endpoint: 'https://evil.example/token' })))
    await advance(1_200_000)
    expect(auth.state.status).toBe('signed-in')
    await auth.logout()
    await settled()
    expect(provider.requestsTo('elsewhere')).toEqual([])
  })

  it('F15 that changes for another issuer ends at the next login, before anybody leaves', async () => {
    const stage = await signedIn()
    stage.provider.faults.discovery.always(changes((body) => ({ ...body, issuer: 'https://evil.example' })))
    // Longer than it is remembered from before the redirect.
    await advance(700_000)
    const { auth, tab } = reloaded(stage)
    await expectRefusal(auth.login(), 'configuration')
    expect(tab.departures).toHaveLength(1)
  })

  it('I12 pollutes nothing', async () => {
    const { auth, provider } = firstVisit()
    provider.faults.discovery.once(async (_, normally) => {
      const text = await (await normally()).text()
      return answers(200, `{"__proto__":{"polluted":1,"jwks_uri":"https://evil.example"},${text.slice(1)}`)(_, normally)
    })
    await auth.login()
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})

describe('Metadata by hand', () => {
  const metadata: ProviderMetadata = {
    authorization_endpoint: 'https://login.example.com/authorize',
    token_endpoint: 'https://login.example.com/token',
    jwks_uri: 'https://login.example.com/jwks',
  }

  it('F13 takes the place of discovery', async () => {
    const { provider, auth } = await signedIn({ options: { metadata } })
    expect(provider.requestsTo('discovery')).toEqual([])
    expect(await auth.logout()).toBe('local')
  })

  it.each<Partial<Record<keyof ProviderMetadata, unknown>>>([
    ...REQUIRED.flatMap((name) => UNSAFE.map((url) => ({ [name]: url }))),
    { code_challenge_methods_supported: ['plain'] },
    { code_challenge_methods_supported: [] },
  ])('F13 is checked as if it had been fetched: %j', async (members) => {
    const { provider, tab, options } = firstVisit()
    const wrong = { ...options, metadata: { ...metadata, ...members } } as AuthOptions
    await expectRefusal(async () => tab.createAuth(wrong).login(), 'configuration')
    expect(provider.requests).toEqual([])
    expect(tab.departures).toEqual([])
  })
})

describe('A provider on this machine', () => {
  it.each(['http://localhost:5172', 'http://127.0.0.1:5172', 'http://[::1]:5172', 'http://login.localhost:5172'])(
    'F05 may speak http: %s',
    async (issuer) => {
      const { auth } = await signedIn({ options: { issuer }, provider: { issuer } })
      expect((await auth.authFetch('https://api.example.com/')).status).toBe(200)
    },
  )

  it('F05 may not point to a host on the network by http', async () => {
    const issuer = 'http://localhost:5172'
    const provider = createTestProvider({ issuer })
    provider.faults.discovery.always(changes((body) => ({ ...body, token_endpoint: 'http://login.example.com/token' })))
    const { tab, options } = firstVisit()
    await expectRefusal(tab.createAuth({ ...options, issuer, fetch: provider.fetch }).login(), 'configuration')
  })
})
