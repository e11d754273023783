// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { type Claims, comingBackWith, expectTokenRefused, type Outcome, withClaims } from '../coming-back.ts'
import { reasonOf } from '../outcome.ts'

const ISSUER = 'https://login.example.com'

/** Every JSON type, and the edges of each, as they stand in the payload. */
const VALUES: Record<string, string> = {
  null: 'null',
  true: 'true',
  false: 'false',
  zero: '0',
  'minus zero': '-0',
  'a number': '42',
  'a fraction': '0.5',
  'a negative number': '-1',
  'more than any number': '1e400',
  'less than any number': '-1e400',
  'an empty text': '""',
  'a space': '" "',
  'NaN as text': '"NaN"',
  'undefined as text': '"undefined"',
  'a date as text': '"2030-01-01T00:00:00Z"',
  'seconds as text': '"1900000000"',
  'a lone surrogate': '"\\ud800"',
  'a NUL': '"\\u0000"',
  'an empty list': '[]',
  'a list in a list': '[["notes-spa"]]',
  'a list of null': '[null]',
  'an empty object': '{}',
  'an object that would be text': '{"toString":1,"valueOf":1,"toJSON":1}',
}

/** Which of them a claim may well be: everything else is refused. */
const RIGHT: Record<string, RegExp> = {
  iss: /^$/,
  aud: /^$/,
  azp: /^$/,
  nonce: /^$/,
  at_hash: /^$/,
  events: /^$/,
  sub: /^(a space|NaN as text|undefined as text|a date as text|seconds as text|a lone surrogate|a NUL)$/,
  iat: /^(zero|minus zero|a number|a fraction|a negative number|less than any number)$/,
  nbf: /^(zero|minus zero|a number|a fraction|a negative number|less than any number)$/,
  exp: /^more than any number$/,
}
const ROWS: Record<string, string> = { iss: 'D02', aud: 'D03', azp: 'D06', sub: 'D09', iat: 'D10', exp: 'D13' }
const MORE_ROWS: Record<string, string> = { nonce: 'D18', at_hash: 'D38', events: 'D37', nbf: 'D13' }

/** The claim with this as its JSON, in place of the right one. */
const asJson = (name: string, json: string): Promise<Outcome> =>
  comingBackWith({
    claims: (claims) => ({ ...claims, [name]: '\u2603' }),
    payload: (text) => text.replace('"\u2603"', () => json),
  })

describe('A claim of another type', () => {
  const cases = Object.keys(RIGHT).flatMap((name) =>
    Object.entries(VALUES).map(
      ([kind, json]) => [(ROWS[name] ?? MORE_ROWS[name]) as string, name, kind, json] as const,
    ),
  )
  it.each(cases.filter(([, name, kind]) => !RIGHT[name]?.test(kind)))(
    '%s %s that is %s is refused',
    async (_, name, __, json) => {
      await expectTokenRefused(await asJson(name, json))
    },
  )

  it.each(cases.filter(([, name, kind]) => RIGHT[name]?.test(kind)))(
    '%s %s that is %s breaks no rule',
    async (_, name, __, json) => {
      const { state } = await asJson(name, json)
      expect(state.status, state.status === 'signed-out' ? reasonOf(state).message : '').toBe('signed-in')
    },
  )

  it.each(['iss', 'aud', 'sub', 'iat', 'exp', 'nonce'])('D02, D03, D09, D10, D13, D18 refuse no %s', async (name) => {
    await expectTokenRefused(await withClaims({ [name]: undefined }))
  })
})

describe('The issuer', () => {
  it.each([
    `${ISSUER}/`,
    `${ISSUER}//`,
    `${ISSUER}/.`,
    `${ISSUER}?`,
    `${ISSUER}#`,
    `${ISSUER}:443`,
    `${ISSUER}.`,
    ` ${ISSUER}`,
    `${ISSUER}\n`,
    `${ISSUER}\u0000`,
    `${ISSUER}\u200b`,
    `${ISSUER}/tenant-b`,
    `${ISSUER}.evil.example`,
    `${ISSUER}@evil.example`,
    'https://LOGIN.example.com',
    'http://login.example.com',
    'login.example.com',
    'https://login.ехample.com',
    'https://ada@login.example.com',
    [ISSUER],
    { [ISSUER]: true },
  ])('D01, D02 is compared to the letter: %j', async (iss) => {
    await expectTokenRefused(await withClaims({ iss }))
  })

  it('D02 is not that of another tenant beside it', async () => {
    const tenant = { issuer: `${ISSUER}/tenant-a` }
    await expectTokenRefused(await withClaims({ iss: `${ISSUER}/tenant-b` }, { provider: tenant, options: tenant }))
    await expectTokenRefused(await withClaims({ iss: ISSUER }, { provider: tenant, options: tenant }))
  })
})

describe('The audience', () => {
  it.each([
    ['notes-spa\u0000'],
    ['notes-spa '],
    ['Notes-Spa'],
    ['ｎotes-spa'],
    ['notes-spa,other'],
    ['notes-spa other'],
    [['other', 'another']],
    [['notes-spa', 'untrusted']],
    [['untrusted', 'notes-spa']],
    [['notes-spa', 'notes-spa']],
    [['notes-spa', '']],
    [['notes-spa', null]],
    [['notes-spa', {}]],
    [{ 0: 'notes-spa', length: 1 }],
    [{ 'notes-spa': true }],
    [[{ aud: 'notes-spa' }]],
  ])('D03, D05 is this client and nobody else: %j', async (aud) => {
    await expectTokenRefused(await withClaims({ aud }))
  })

  it.each(['other', '', ' notes-spa', 'NOTES-SPA', ['notes-spa'], { 'notes-spa': 1 }, null, 0, false])(
    'D06, D07 with azp %j is refused, with one audience and with two',
    async (azp) => {
      await expectTokenRefused(await withClaims({ azp }))
      await expectTokenRefused(await withClaims({ aud: ['notes-spa'], azp }))
      await expectTokenRefused(await withClaims({ aud: ['notes-spa', 'other'], azp }))
    },
  )

  it.each([
    [{ aud: ['notes-spa'] }],
    [{ aud: ['notes-spa'], azp: 'notes-spa' }],
    [{ aud: 'notes-spa', azp: 'notes-spa' }],
    [{ aud: ['api', 'notes-spa'], azp: 'notes-spa' }],
    [{ aud: ['notes-spa', 'api', 'other'], azp: 'notes-spa' }],
  ])('D47 is taken as %j', async (claims: Claims) => {
    expect((await withClaims(claims)).state.status).toBe('signed-in')
  })
})

describe('The clock', () => {
  const shifted = (from: Claims) =>
    withClaims(({ iat }) =>
      Object.fromEntries(Object.entries(from).map(([name, by]) => [name, Number(iat) + Number(by)])),
    )

  it.each([
    [{ exp: -301 }],
    [{ exp: -300 }],
    [{ iat: 301, exp: 900 }],
    [{ iat: 86_400, exp: 90_000 }],
    [{ nbf: 301 }],
    [{ nbf: 86_400 }],
  ])('D11, D13 may be off by five minutes and no more: %j', async (claims) => {
    await expectTokenRefused(await shifted(claims))
  })

  it.each([[{ exp: -299 }], [{ iat: 300, exp: 900 }], [{ nbf: 300 }], [{ nbf: -86_400 }]])(
    'D14, D15 may be off by five minutes: %j',
    async (claims) => {
      expect((await shifted(claims)).state.status).toBe('signed-in')
    },
  )

  it('D14 may not be off at all where the app allows nothing', async () => {
    const strict = { options: { clockTolerance: 0 } }
    await expectTokenRefused(await withClaims(({ iat }) => ({ exp: iat }), strict))
    await expectTokenRefused(await withClaims(({ iat }) => ({ iat: Number(iat) + 1 }), strict))
    await expectTokenRefused(await withClaims(({ iat }) => ({ nbf: Number(iat) + 1 }), strict))
    expect((await withClaims(({ iat }) => ({ exp: Number(iat) + 1 }), strict)).state.status).toBe('signed-in')
  })

  it('D11 is named where it is what is wrong', async () => {
    expect(reasonOf((await shifted({ iat: 86_400, exp: 90_000 })).state).message).toMatch(/clock/)
  })
})
