// @vitest-environment node
import { addsHeaders, answers, changes, repeatsTheAnswer, showsAPage, swells, truncates } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { comingBackTo, expectNothingKept, withBody, withText } from '../coming-back.ts'
import { expectSignedOut, reasonOf } from '../outcome.ts'

describe('The body of a token response', () => {
  const NO_OBJECT = [
    '',
    ' ',
    '{',
    '}',
    '[]',
    '[{}]',
    'null',
    'true',
    '"x"',
    '42',
    '-',
    'NaN',
    'undefined',
    '\u0000',
    '{}',
  ]
  it.each([...NO_OBJECT, '{"access_token":', 'access_token=x&token_type=Bearer', '{"token_type":"Bearer"}'])(
    'C01 that is %j is refused',
    async (body) => {
      const outcome = await comingBackTo(answers(200, body))
      expectSignedOut(outcome.state, 'provider_invalid')
      await expectNothingKept(outcome)
    },
  )

  const AROUND: Record<string, (json: string) => string | Uint8Array<ArrayBuffer>> = {
    'a list around it': (json) => `[${json}]`,
    'quotes around it': (json) => JSON.stringify(json),
    'something after it': (json) => `${json}x`,
    'a comma at its end': (json) => json.replace(/}$/, ',}'),
    'a comment': (json) => `/* */${json}`,
    'single quotes': (json) => json.replaceAll('"', "'"),
    'a prefix against inclusion': (json) => `)]}',\n${json}`,
    'a function around it': (json) => `callback(${json})`,
    'a raw line break in a text': (json) => json.replace('Bearer', 'Bea\nrer'),
    'a number that is none': (json) => json.replace('600', '0600'),
    'UTF-16': (json) => new Uint8Array(Buffer.from(`\ufeff${json}`, 'utf16le')),
    'a HTML page around it': (json) => `<html><body>${json}</body></html>`,
  }
  it.each(Object.entries(AROUND))('C01 with %s is refused', async (_, change) => {
    const outcome = await withText(change)
    expectSignedOut(outcome.state, 'provider_invalid')
    await expectNothingKept(outcome)
  })

  it.each(Object.entries({ repeatsTheAnswer, truncates }))('C01 is refused when the server %s', async (_, fault) => {
    const outcome = await comingBackTo(fault)
    expectSignedOut(outcome.state, 'provider_invalid')
    await expectNothingKept(outcome)
  })

  it.each([
    [200, 'provider_invalid'],
    [400, 'provider_invalid'],
    [401, 'provider_invalid'],
    [403, 'provider_invalid'],
    [404, 'provider_invalid'],
    [418, 'provider_invalid'],
    [500, 'network'],
    [502, 'network'],
    [503, 'network'],
    [504, 'network'],
    [511, 'network'],
  ] as const)('C02 that is a page with %i is no answer, and nothing of it is repeated', async (status, code) => {
    const outcome = await comingBackTo(showsAPage(status))
    expectSignedOut(outcome.state, code)
    expect(reasonOf(outcome.state).message).not.toMatch(/doctype|Wi-Fi|terms/i)
    expect(reasonOf(outcome.state).provider).toBeUndefined()
    await expectNothingKept(outcome)
  })

  it.each([201, 202, 203, 206, 226])('C02 that is right but for its status, %i, is refused', async (status) => {
    const outcome = await comingBackTo(async (_, normally) => {
      const right = await normally()
      return new Response(right.body, { status, headers: right.headers })
    })
    expectSignedOut(outcome.state, 'provider_invalid')
    await expectNothingKept(outcome)
  })

  it.each([204, 205])('C02 that is missing, as %i, is refused', async (status) => {
    expectSignedOut((await comingBackTo(answers(status))).state, 'provider_invalid')
  })

  it('C03 that is form-encoded is refused', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const form = (json: string) => `${new URLSearchParams(Object.entries(JSON.parse(json)) as [string, string][])}`
    const outcome = await comingBackTo(async (request, normally) =>
      answers(200, form(await (await normally()).text()), headers)(request, normally),
    )
    expectSignedOut(outcome.state, 'provider_invalid')
    await expectNothingKept(outcome)
  })

  const TYPES = [
    'text/html',
    'text/plain',
    '',
    'application/json; charset=utf-8',
    'APPLICATION/JSON',
    'application/octet-stream',
    'application/x-www-form-urlencoded',
    'x',
  ]
  it.each(TYPES)('C03 that is JSON under the name %j is taken', async (type) => {
    expect((await comingBackTo(addsHeaders({ 'content-type': type }))).state.status).toBe('signed-in')
  })

  it('C03 that is JSON under no name, or after a byte order mark, is taken', async () => {
    const unnamed = await comingBackTo(async (_, normally) => {
      const right = await normally()
      right.headers.delete('content-type')
      return right
    })
    expect(unnamed.state.status).toBe('signed-in')
    expect((await withText((json) => `\ufeff${json}`)).state.status).toBe('signed-in')
  })

  const HOSTILE = [
    '"__proto__":{"polluted":1,"error":"x","access_token":"y","expires_in":1}',
    '"constructor":{"prototype":{"polluted":1}}',
    '"prototype":{"polluted":1},"hasOwnProperty":1,"toString":1,"valueOf":1,"toJSON":1,"then":1',
    '"":1,"0":2,"length":3,"\\u0000":4,"\\ud800":5,"💥":6',
    '"fetch":"https://evil.example/","redirect":"follow","headers":{"authorization":"x"},"method":"GET"',
    '"issuer":"https://evil.example","token_endpoint":"https://evil.example/t","jwks_uri":"https://evil.example/j"',
    '"apis":[{"url":"https://evil.example/"}],"clientId":"x","timeout":1,"clockTolerance":1e9',
  ]
  it.each(HOSTILE)(
    'C26, C27, I12 with members that mean nothing here is taken, and they do nothing: %s',
    async (members) => {
      const { auth, provider, state } = await withText((json) => `{${members},${json.slice(1)}`)
      expect(state).toMatchObject({ status: 'signed-in', session: { expiresAt: Date.now() + 600_000 } })
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
      expect((await auth.authFetch('https://api.example.com/')).status).toBe(200)
      expect(provider.requestsTo('elsewhere')).toEqual([])
    },
  )

  it.each([
    ['lists', '['.repeat(20_000) + ']'.repeat(20_000)],
    ['objects', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`],
    ['members', `{${Array.from({ length: 100_000 }, (_, index) => `"x${index}":${index}`).join(',')}}`],
  ])('C27 with an unknown member of very many %s is taken', async (_, deep) => {
    expect((await withText((json) => `{"x":${deep},${json.slice(1)}`)).state.status).toBe('signed-in')
  })

  it('C27 of three mebibytes is taken, and of four and a bit refused', async () => {
    expect((await comingBackTo(swells(3 * 2 ** 20))).state.status).toBe('signed-in')
    expectSignedOut((await comingBackTo(swells(2 ** 22 + 1))).state, 'provider_invalid')
  })

  it('C27 without any member that may be missing is taken', async () => {
    const { state } = await comingBackTo(
      changes(({ access_token, token_type, id_token }) => ({ access_token, token_type, id_token })),
    )
    expect(state).toMatchObject({ status: 'signed-in', session: { user: { sub: 'ada' }, scope: { length: 5 } } })
  })

  it('takes what the session shows from nowhere but the ID token', async () => {
    const { state } = await withBody({ sub: 'root', name: 'Root', user: { sub: 'root' }, claims: { sub: 'root' } })
    expect(state).toMatchObject({ session: { user: { sub: 'ada', name: 'Ada Lovelace' } } })
  })
})
