// @vitest-environment node
import fc from 'fast-check'
import type { AuthOptions, LoginOptions } from 'latchkey'
import { describe, expect, it } from 'vitest'
import { codeOf, forAll, LONG } from './fuzz.ts'
import { json } from './json.ts'
import { attempts, stages } from './sign-in.ts'

const thing: fc.Arbitrary<unknown> = fc.oneof(
  json.map((text) => JSON.parse(text)),
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSparseArray: true,
    withTypedArray: true,
  }),
  fc.constantFrom<unknown[]>(
    undefined,
    null,
    Number.NaN,
    '',
    0,
    42,
    'x',
    true,
    Symbol('x'),
    () => {},
    Promise.resolve(),
    new Proxy({}, {}),
  ),
  fc.constantFrom<unknown[]>(
    new URL('https://login.example.com'),
    new Date(0),
    /x/,
    new Map([['a', 'b']]),
    new Error('x'),
    class {},
  ),
  fc.constantFrom('https://login.example.com', 'https://api.example.com/', '/', 'openid', 'prompt', '60'),
)
const shape = (known: Record<string, fc.Arbitrary<unknown>>) =>
  fc.oneof(
    thing,
    fc.record(known, { requiredKeys: [] }),
    fc.record({ ...known, __proto__: thing, unheardOf: thing }, { requiredKeys: [] }),
  )

const parameters = fc.oneof(
  thing,
  fc.dictionary(
    fc.oneof(fc.string(), fc.constantFrom('__proto__', 'state', 'prompt', 'max_age')),
    fc.oneof(thing, fc.string()),
  ),
)
const apis = fc.oneof(thing, fc.array(shape({ url: thing, scope: thing, resource: thing }), { maxLength: 3 }))
const MEMBERS: Record<string, fc.Arbitrary<unknown>> = {
  apis,
  parameters,
  issuer: thing,
  clientId: thing,
  scope: fc.oneof(thing, fc.array(thing)),
  redirectUri: thing,
  postLogoutRedirectUri: thing,
  metadata: shape({ authorization_endpoint: thing, token_endpoint: thing, jwks_uri: thing }),
  clockTolerance: thing,
  timeout: thing,
}

describe('Options of any shape', () => {
  it('make a client that can be used, or a refusal that says what is wrong', { timeout: LONG }, async () => {
    const next = stages()
    const one = fc
      .constantFrom(...Object.keys(MEMBERS))
      .chain((name) => (MEMBERS[name] ?? thing).map((value) => ({ [name]: value })))
    const values = fc.oneof(
      { weight: 3, arbitrary: one },
      fc.record(MEMBERS, { requiredKeys: [] }),
      fc.tuple(one, one).map(([left, right]) => ({ ...left, ...right })),
    )
    await forAll(300, values, async (members) => {
      const { tab, options } = next()
      const left = tab.departures.length
      let auth: ReturnType<typeof tab.createAuth> | undefined
      const refused = await codeOf(() => {
        auth = tab.createAuth({ ...options, ...members } as AuthOptions)
      })
      expect([undefined, 'configuration']).toContain(refused)
      if (!auth) return
      expect((await auth.start()).status).toBe('signed-out')
      expect([undefined, 'configuration', 'network', 'timeout']).toContain(await codeOf(auth.login))
      for (const departure of tab.departures.slice(left)) {
        const { searchParams, protocol } = new URL(departure)
        expect(protocol).toBe('https:')
        expect(new URL(searchParams.get('redirect_uri') ?? '').origin).toBe('https://app.example.com')
        expect(searchParams.get('code_challenge_method')).toBe('S256')
      }
      auth.dispose()
    })
  })

  it('of a login lead to the provider, or to a refusal that says what is wrong', { timeout: LONG }, async () => {
    const next = stages()
    const stepUp = shape({ acrValues: thing, maxAge: fc.oneof(thing, fc.nat()), scope: thing })
    await forAll(200, shape({ parameters, stepUp, returnTo: thing }), async (options) => {
      const { tab, options: right } = next()
      const left = tab.departures.length
      const auth = tab.createAuth(right)
      const refused = await codeOf(() => auth.login(options as LoginOptions))
      expect([undefined, 'configuration']).toContain(refused)
      expect(tab.departures.length - left).toBe(refused ? 0 : 1)
      for (const departure of tab.departures.slice(left)) {
        const { origin, searchParams } = new URL(departure)
        expect(origin).toBe('https://login.example.com')
        for (const name of ['client_id', 'state', 'nonce', 'redirect_uri', 'response_type', 'code_challenge'])
          expect(searchParams.getAll(name), name).toHaveLength(1)
        expect(searchParams.get('response_type')).toBe('code')
      }
      auth.dispose()
    })
  })

  it('of a request end in a response or a typed refusal', { timeout: LONG }, async () => {
    const next = attempts({ provider: { algorithm: 'ES256' } })
    const init = shape({
      method: thing,
      headers: thing,
      body: thing,
      mode: thing,
      redirect: thing,
      signal: thing,
      credentials: thing,
    })
    const input = fc.oneof(
      thing,
      fc.constant('https://api.example.com/notes'),
      fc.constant(new URL('https://api.example.com/')),
    )
    await forAll(50, fc.array(fc.tuple(input, init), { minLength: 5, maxLength: 10 }), async (calls) => {
      const attempt = await next()
      expect(await attempt.finish()).toBe('signed-in')
      for (const [asked, how] of calls) {
        const ask = () => attempt.auth().authFetch(asked as RequestInfo, how as RequestInit)
        expect([undefined, 'configuration', 'api_not_allowed']).toContain(await codeOf(ask, attempt.secrets()))
      }
      const sent = attempt.provider.requests.filter(({ request }) => request.headers.has('authorization'))
      for (const { url } of sent) expect(url.origin).toBe('https://api.example.com')
    })
  })
})
