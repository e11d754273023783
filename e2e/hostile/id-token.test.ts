import { createHmac } from 'node:crypto'
import { exportSPKI } from 'jose'
import { type Algorithm, type Claims, changes, signingKey, type Tampering } from 'latchkey/testing'
import { asked, expect, reason, settledStatus, test } from '../world/hostile.ts'

const ALGORITHMS: readonly Algorithm[] = ['RS256', 'PS256', 'ES256', 'EdDSA']
const REFUSED = 'signed out: token_invalid'

type Case = readonly [name: string, tampering: Tampering]

const text = (value: unknown) => JSON.stringify(value) ?? 'missing'

/** A case for each of these values of one claim. */
const claim = (name: string, values: readonly unknown[]): Case[] =>
  values.map((value) => [`${name} ${text(value)}`, { claims: (claims) => ({ ...claims, [name]: value }) }])

const header = (name: string, values: readonly unknown[]): Case[] =>
  values.map((value) => [`${name} ${text(value)}`, { header: (right) => ({ ...right, [name]: value }) }])

const token = (name: string, change: (jwt: string) => unknown): Case => [name, { token: change }]

const later = (seconds: number) => (claims: Claims) => ({
  ...claims,
  iat: Number(claims.iat) + seconds,
  exp: Number(claims.exp) + seconds,
})

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const unsigned = (jwt: string) => `${jwt.split('.').slice(0, 2).join('.')}.`

const TABLE: readonly [row: string, cases: readonly Case[]][] = [
  [
    'D01 D02 iss of anybody else, or spelled otherwise',
    claim('iss', ['https://evil.example', 'http://localhost', '', undefined]).concat([
      ['a slash more', { claims: (claims) => ({ ...claims, iss: `${claims.iss}/` }) }],
      ['a sibling tenant', { claims: (claims) => ({ ...claims, iss: `${claims.iss}/other` }) }],
      ['in a list', { claims: (claims) => ({ ...claims, iss: [claims.iss] }) }],
    ]),
  ],
  [
    'D03 D05 aud of somebody else, or of somebody else too',
    claim('aud', ['other', ['other'], [], undefined, {}, 'NOTES-SPA', ['notes-spa', 'other']]),
  ],
  [
    'D06 D07 azp of another client',
    [
      ...claim('azp', ['other', '', 42]),
      ['with several aud', { claims: (claims) => ({ ...claims, aud: ['notes-spa', 'other'], azp: 'other' }) }],
    ],
  ],
  [
    'D09 D10 D11 D13 sub, iat and exp that are missing, of the wrong type or out of time',
    [
      ...claim('sub', ['', 42, null, ['ada']]),
      ...claim('iat', [undefined, 'now']),
      ['iat a day ahead', { claims: later(86_400) }],
      ...claim('exp', [undefined, '9999999999', null, 1_000_000_000]),
      ['an hour over', { claims: later(-3_600) }],
    ],
  ],
  ['D18 nonce that differs', claim('nonce', ['other', undefined, null, []])],
  ['D38 at_hash of another access token', claim('at_hash', ['AAAAAAAAAAAAAAAAAAAAAA', '', 42])],
  [
    'D21 D23 D27 an alg that is none, or not what signed',
    [
      ...header('alg', ['none', 'nOnE', '', null, undefined, ['RS256'], 'RS1', 'RS512', 'PS256', 'HS256', '__proto__']),
      token('stripped of its signature', unsigned),
      ['none, and stripped', { header: (right) => ({ ...right, alg: 'none' }), token: unsigned }],
      ['nOnE, and stripped', { header: (right) => ({ ...right, alg: 'nOnE' }), token: unsigned }],
      token('signed as another', (jwt) => {
        const [head, payload = '', signature] = jwt.split('.')
        const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
        return `${head}.${encoded({ ...claims, sub: 'root' })}.${signature}`
      }),
    ],
  ],
  [
    'D35 D37 crit that nobody knows, and another kind of token',
    [
      ...header('crit', [['exp'], ['b64'], [], ['unknown'], 'exp', null]),
      ...header('typ', ['logout+jwt', 'at+jwt', 'secevent+jwt', '', 42]),
      ...claim('events', [{ 'http://schemas.openid.net/event/backchannel-logout': {} }]),
    ],
  ],
  [
    'D41 a broken serialisation',
    [
      token('two parts', (jwt) => jwt.split('.').slice(0, 2).join('.')),
      token('four parts', (jwt) => `${jwt}.x`),
      token('five parts', (jwt) => `${jwt}.x.y`),
      token('no base64', (jwt) => `!${jwt}`),
      token('padded', (jwt) => `${jwt}==`),
      token('a line break', (jwt) => `${jwt}\n`),
      token('no JSON', () => 'eHh4.eHh4.eHh4'),
      token('a list as header', (jwt) => `W10${jwt.slice(jwt.indexOf('.'))}`),
      token('null as header', (jwt) => `bnVsbA${jwt.slice(jwt.indexOf('.'))}`),
      token('dots alone', () => '..'),
      ['a list as payload', { claims: (claims) => [claims] }],
      ['null as payload', { claims: () => null }],
    ],
  ],
  [
    'D42 a claim that is there twice',
    ['iss', 'sub', 'aud', 'nonce', 'exp'].flatMap((name): Case[] => [
      [`${name} first`, { payload: (json) => `{"${name}":"https://evil.example",${json.slice(1)}` }],
      [`${name} last`, { payload: (json) => `${json.slice(0, -1)},"${name}":"https://evil.example"}` }],
    ]),
  ],
]

for (const [row, cases] of TABLE) {
  test(`${row} is refused`, async ({ hostile, visit, login, page }) => {
    await visit()
    for (const [name, tampering] of cases) {
      await test.step(name, async () => {
        hostile.provider.idToken.once(tampering)
        expect(await login(), name).toBe(REFUSED)
        expect(page.url(), name).toBe(`${hostile.site.origin}/`)
      })
    }
    expect(asked(hostile, 'token')).toBe(cases.length)
    expect(await login()).toBe('signed in as ada')
  })
}

test('D11 iat a day ahead is refused with a word about the clock', async ({ hostile, visit, login, page }) => {
  await visit()
  hostile.provider.idToken.once({ claims: later(86_400) })
  expect(await login()).toBe(REFUSED)
  expect((await reason(page)).message).toMatch(/clock/)
})

test('D14 D15 D17 D39 D47 what is odd but right is taken', async ({ hostile, visit, login }) => {
  await visit()
  for (const [name, tampering] of [
    ['four minutes behind', { claims: later(-240) }],
    ['four minutes ahead', { claims: later(240) }],
    ...claim('at_hash', [undefined]),
    ...claim('aud', [['notes-spa']]),
    ...claim('azp', ['notes-spa']),
    ...claim('exp', [1e17, Number.MAX_SAFE_INTEGER]),
    ...header('typ', ['jwt', undefined]),
    ['aud of two, azp of one', { claims: (claims) => ({ ...claims, aud: ['notes-spa', 'api'], azp: 'notes-spa' }) }],
  ] as readonly Case[]) {
    hostile.provider.idToken.once(tampering)
    expect(await login(), name).toBe('signed in as ada')
  }
})

test('D19 the nonce of the login before is refused', async ({ hostile, visit, login }) => {
  await visit()
  expect(await login()).toBe('signed in as ada')
  const nonce = hostile.provider.requestsTo('authorization')[0]?.url.searchParams.get('nonce')
  expect(nonce).toHaveLength(43)
  hostile.provider.idToken.once({ claims: (claims) => ({ ...claims, nonce }) })
  expect(await login()).toBe(REFUSED)
})

test('D46 auth_time that is missing or too old for max_age is refused, a fresh one is taken', async ({
  hostile,
  visit,
  page,
}) => {
  await visit()
  const loginWithin = async (seconds: number) => {
    const back = page.waitForURL(/\?code=/, { waitUntil: 'commit' })
    await page.evaluate((max_age) => void window.harness.auth.login({ parameters: { max_age: `${max_age}` } }), seconds)
    await back
    return settledStatus(page)
  }
  for (const auth_time of [undefined, null, 'now', 1]) {
    hostile.provider.idToken.once({ claims: (claims) => ({ ...claims, auth_time }) })
    expect(await loginWithin(60), text(auth_time)).toBe(REFUSED)
  }
  expect(await loginWithin(0)).toBe('signed in as ada')
})

test.describe('a provider with a key of each kind', () => {
  test.use({ providerOptions: { algorithms: ALGORITHMS } })

  test('D21 D25 is taken at its word with RS256, PS256, ES256 and EdDSA, and no forgery in its name is', async ({
    hostile,
    visit,
    login,
  }) => {
    await visit()
    const { keys, idToken } = hostile.provider
    for (const alg of ALGORITHMS) {
      keys.use(alg)
      expect(await login(), alg).toBe('signed in as ada')
      idToken.once({ token: (jwt) => jwt.slice(0, -9) + (jwt.at(-9) === 'A' ? 'B' : 'A') + jwt.slice(-8) })
      expect(await login(), `${alg} damaged`).toBe(REFUSED)
      idToken.once({ signWith: { ...(await signingKey(alg, 'forged')), kid: `${alg}-1` } })
      expect(await login(), `${alg} forged under the right kid`).toBe(REFUSED)
      idToken.once({ signWith: await signingKey(alg, 'unknown') })
      expect(await login(), `${alg} forged`).toBe(REFUSED)
    }
  })

  test('D29 a token without kid is tried with every key that fits', async ({ hostile, visit, login }) => {
    await visit()
    hostile.provider.keys.publish((await signingKey('RS256', 'another')).jwk)
    hostile.provider.idToken.always({ header: ({ kid: _, ...right }) => right })
    expect(await login()).toBe('signed in as ada')
    hostile.provider.idToken.always({
      header: ({ kid: _, ...right }) => right,
      signWith: await signingKey('RS256', 'forged'),
    })
    expect(await login()).toBe(REFUSED)
  })
})

for (const advertised of ['', ', though it is advertised'])
  test(`D22 E11 HS256 with a secret that everybody knows is refused${advertised}`, async ({
    hostile,
    visit,
    login,
  }) => {
    const { faults, keys, idToken } = hostile.provider
    if (advertised)
      faults.discovery.always(
        changes((body) => ({ ...body, id_token_signing_alg_values_supported: ['RS256', 'HS256'] })),
      )
    keys.publish({
      kty: 'oct',
      k: Buffer.from('published').toString('base64url'),
      alg: 'HS256',
      kid: 'mac',
      use: 'sig',
    })
    await visit()
    const pem = await exportSPKI((await keys.current()).publicKey)
    for (const [kid, secret] of [
      ['RS256-1', 'wrong'],
      ['RS256-1', pem],
      ['RS256-1', pem.trim()],
      ['RS256-1', 'notes-spa'],
      ['mac', 'published'],
    ] as const) {
      idToken.once({
        token: (jwt) => {
          const input = `${encoded({ alg: 'HS256', typ: 'JWT', kid })}.${jwt.split('.')[1]}`
          return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
        },
      })
      expect(await login(), secret).toBe(REFUSED)
    }
  })

test('D26 a right signature of an algorithm that is not advertised is refused', async ({ hostile, visit, login }) => {
  await visit()
  const key = await signingKey('ES256', 'extra')
  hostile.provider.keys.publish(key.jwk)
  hostile.provider.idToken.always({ signWith: key })
  expect(await login()).toBe(REFUSED)
})

test('D30 D31 D33 D34 a kid that is unknown or hostile, and a key that the token brings or points to, are refused after two looks at the keys', async ({
  hostile,
  visit,
  login,
}) => {
  await visit()
  const forged = await signingKey('RS256', 'forged')
  const strangers = `${hostile.stranger}/jwks`
  for (const members of [
    { kid: 'unknown' },
    { kid: '__proto__' },
    { kid: '../../jwks' },
    { kid: strangers },
    { kid: 42 },
    { kid: null },
    { kid: 'RS256-1', jku: strangers },
    { kid: 'RS256-1', x5u: strangers },
    { kid: 'forged', jku: strangers },
    { kid: 'RS256-1', jwk: forged.jwk },
    { kid: 'forged', jwk: forged.jwk },
    { kid: undefined, jwk: forged.jwk },
  ]) {
    const before = asked(hostile, 'jwks')
    hostile.provider.idToken.once({ signWith: forged, header: (right) => ({ ...right, ...members }) })
    expect(await login(), text(members)).toBe(REFUSED)
    expect(asked(hostile, 'jwks') - before, text(members)).toBe(2)
  }
  expect(asked(hostile, 'elsewhere')).toBe(0)
})

test('D38 an access token that was exchanged for another is refused', async ({ hostile, visit, login }) => {
  await visit()
  hostile.provider.faults.token.once(changes((body) => ({ ...body, access_token: 'substituted' })))
  expect(await login()).toBe(REFUSED)
})

test('D43 I12 hostile claim names make a plain user that inherits nothing and is no thenable', async ({
  hostile,
  visit,
  login,
  page,
}) => {
  await visit()
  const hostileNames =
    '"__proto__":{"isAdmin":true},"then":"x","toString":"x","constructor":{"prototype":{"polluted":1}},'
  hostile.provider.idToken.once({ payload: (json) => `{${hostileNames}${json.slice(1)}` })
  expect(await login()).toBe('signed in as ada')
  const seen = await page.evaluate(async () => {
    const { state } = window.harness.auth
    if (state.status !== 'signed-in') throw new Error(state.status)
    const { user } = state.session
    return {
      sub: user.sub,
      isAdmin: user.isAdmin,
      awaited: (await Promise.resolve(user)) === user,
      prototypes: [Object.prototype, null].includes(Object.getPrototypeOf(user)),
      polluted: Reflect.get({}, 'polluted'),
    }
  })
  expect(seen).toEqual({ sub: 'ada', isAdmin: undefined, awaited: true, prototypes: true, polluted: undefined })
})

test('D45 a payload of 2 MiB is taken, one of 20,000 levels is refused', async ({ hostile, visit, login }) => {
  await visit()
  hostile.provider.idToken.once({ claims: (claims) => ({ ...claims, note: 'x'.repeat(2 ** 21) }) })
  expect(await login()).toBe('signed in as ada')
  const deep = '['.repeat(20_000) + ']'.repeat(20_000)
  hostile.provider.idToken.once({ payload: (json) => `{"deep":${deep},${json.slice(1)}` })
  expect(await login()).toBe(REFUSED)
})
