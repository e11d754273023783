import { exportJWK } from 'jose'
import {
  addsHeaders,
  answers,
  breaks,
  changes,
  type Fault,
  hangs,
  neverEnds,
  type SigningKey,
  showsAPage,
  signingKey,
  withoutCors,
} from 'latchkey/testing'
import { asked, expect, lifePasses, reason, refreshes, status, test } from '../world/hostile.ts'

const REFUSED = 'signed out: token_invalid'
const BROKEN = 'signed out: provider_invalid'
const NO_ANSWER = 'signed out: network'

test('E01 a rotation of the keys in the life of one page is followed, seconds after they were read', async ({
  hostile,
  visit,
  login,
  page,
}) => {
  await page.clock.install()
  await visit()
  await login()
  for (const times of [1, 2]) {
    await hostile.provider.keys.rotate()
    await lifePasses(page)
    expect(asked(hostile, 'jwks')).toBe(1 + times)
  }
  await expect(status(page)).toHaveText('signed in as ada')
  expect(refreshes(hostile)).toHaveLength(2)
})

test('E02 a rotation after the keys were read and before the token is signed is followed', async ({
  hostile,
  visit,
  login,
}) => {
  await visit()
  hostile.provider.faults.token.once(async (_, normally) => {
    await expect.poll(() => asked(hostile, 'jwks')).toBe(1)
    await hostile.provider.keys.rotate()
    return normally()
  })
  expect(await login()).toBe('signed in as ada')
  expect(asked(hostile, 'jwks')).toBe(2)
})

test('E03 a key set that the browser may keep for a day hides no rotation', async ({ hostile, visit, login, page }) => {
  hostile.provider.faults.jwks.always(addsHeaders({ 'cache-control': 'public, max-age=86400' }))
  await visit()
  await page.evaluate((url) => fetch(url), `${hostile.issuer}/jwks`)
  await page.evaluate((url) => fetch(url), `${hostile.issuer}/jwks`)
  expect(asked(hostile, 'jwks')).toBe(1) // the browser does keep it
  expect(await login()).toBe('signed in as ada')
  expect(asked(hostile, 'jwks')).toBe(2)
  await hostile.provider.keys.rotate()
  expect(await login()).toBe('signed in as ada')
  expect(asked(hostile, 'jwks')).toBe(3)
})

test('E05 keys that are nowhere cost two looks for each login, and none after it', async ({
  hostile,
  visit,
  login,
  page,
}) => {
  await page.clock.install()
  await visit()
  hostile.provider.idToken.always({ signWith: await signingKey('RS256', 'nowhere') })
  for (const times of [1, 2, 3]) {
    expect(await login()).toBe(REFUSED)
    expect(asked(hostile, 'jwks')).toBe(2 * times)
  }
  await page.clock.fastForward(600_000)
  await page.evaluate(() => dispatchEvent(new Event('online')))
  expect(asked(hostile, 'jwks')).toBe(6)
})

test('E06 E14 junk beside the right key, and 5,000 keys, are passed over', async ({ hostile, visit, login }) => {
  const { jwk } = await signingKey('RS256', 'other')
  for (const junk of [
    { kty: 'unknown', kid: 'RS256-1' },
    { kty: 'oct', k: 'c2VjcmV0', kid: 'RS256-1' },
    { ...jwk, kid: 'RS256-1', alg: 'RSA-OAEP', use: 'enc' },
    { ...jwk, kid: 'RS256-1', n: '!' },
    { kty: 'RSA', kid: 'RS256-1', n: 'AQAB', e: 'AQAB' },
    { kty: 'EC', crv: 'P-0', kid: 'RS256-1' },
    null,
    'text',
    42,
    [],
    ...Array.from({ length: 5_000 }, (_, index) => ({ ...jwk, kid: `key-${index}` })),
  ])
    hostile.provider.keys.publish(junk)
  await visit()
  expect(await login()).toBe('signed in as ada')
})

const KEY_SETS: readonly (readonly [name: string, outcome: string, fault: Fault])[] = [
  ...['', '{', '[]', 'null', '{}', '{"keys":{}}', '{"keys":"x"}'].map(
    (body) => [body || 'nothing', BROKEN, answers(200, body)] as const,
  ),
  ['an HTML page', BROKEN, showsAPage()],
  ['an HTML page with 404', BROKEN, showsAPage(404)],
  ['an empty list', REFUSED, answers(200, { keys: [] })],
  ['500', NO_ANSWER, answers(500)],
  ['429', NO_ANSWER, answers(429)],
  ['a reset', NO_ANSWER, breaks],
]

test('E07 a key set that is none verifies nothing', async ({ hostile, visit, login }) => {
  await visit()
  for (const [name, outcome, fault] of KEY_SETS) {
    hostile.provider.faults.jwks.always(fault)
    expect(await login(), name).toBe(outcome)
  }
  hostile.provider.faults.jwks.never()
  expect(await login()).toBe('signed in as ada')
})

test('E09 an RSA key of 1024 bits verifies nothing', async ({ hostile, visit, login }) => {
  await visit()
  const publicExponent = new Uint8Array([1, 0, 1])
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', modulusLength: 1024, publicExponent, hash: 'SHA-256' }
  const weak = await keyOf(algorithm, 'RS256')
  hostile.provider.keys.publish(weak.jwk)
  hostile.provider.idToken.always({ signWith: weak, header: (header) => header })
  expect(await login()).toBe(REFUSED)
})

test('E10 a key that is meant for something else verifies nothing', async ({ hostile, visit, login }) => {
  await visit()
  const { jwk } = await signingKey('RS256', 'RS256-1')
  for (const members of [
    { use: 'enc' },
    { key_ops: ['sign'] },
    { key_ops: ['encrypt'] },
    { alg: 'RS512' },
    { alg: 'PS256' },
    { alg: 'HS256' },
    { kty: 'EC' },
    { kty: 'oct' },
  ]) {
    hostile.provider.faults.jwks.always(changes(() => ({ keys: [{ ...jwk, ...members }] })))
    expect(await login(), JSON.stringify(members)).toBe(REFUSED)
  }
})

test.describe('a provider that signs with ES256', () => {
  test.use({ providerOptions: { algorithm: 'ES256' } })

  test('E10 an EC key of another curve than the algorithm says verifies nothing', async ({ hostile, visit, login }) => {
    await visit()
    const wide = await keyOf({ name: 'ECDSA', namedCurve: 'P-384' }, 'ES256')
    hostile.provider.keys.publish(wide.jwk)
    hostile.provider.idToken.always({ signWith: wide, header: (header) => header })
    expect(await login()).toBe(REFUSED)
  })
})

for (const [name, fault] of [
  ['never comes', hangs],
  ['has headers and no body', neverEnds],
] as const)
  test(`E13 a key set that ${name} is a timeout, and no reason to skip the check`, async ({
    hostile,
    visit,
    page,
    login,
  }) => {
    await page.clock.install()
    await visit()
    hostile.provider.faults.jwks.always(fault)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect.poll(() => asked(hostile, 'token')).toBe(1)
    await expect.poll(() => asked(hostile, 'jwks')).toBe(1)
    // Second by second, so that the tokens, which do come, arrive in time.
    const aSecondLater = async <Value>(look: () => Value) => {
      await page.clock.fastForward(1_000)
      return look()
    }
    const patience = { intervals: [100], timeout: 20_000 }
    // A code that is spent is worth a second look.
    await expect.poll(() => aSecondLater(() => asked(hostile, 'jwks')), patience).toBe(2)
    await expect.poll(() => aSecondLater(() => status(page).textContent()), patience).toBe('signed out: timeout')
    hostile.provider.faults.jwks.never()
    expect(await login()).toBe('signed in as ada')
  })

test('E15 a key set without CORS headers is a network failure that speaks of CORS', async ({
  hostile,
  visit,
  login,
  page,
}) => {
  await visit()
  hostile.provider.faults.jwks.always(withoutCors)
  expect(await login()).toBe(NO_ANSWER)
  expect((await reason(page)).message).toMatch(/CORS/)
})

test('one failure of the key set does not lose a login whose code is spent', async ({ hostile, visit, login }) => {
  await visit()
  for (const fault of [breaks, answers(503), showsAPage(), withoutCors]) {
    hostile.provider.faults.jwks.once(fault)
    expect(await login()).toBe('signed in as ada')
  }
})

async function keyOf(algorithm: RsaHashedKeyGenParams | EcKeyGenParams, alg: 'RS256' | 'ES256'): Promise<SigningKey> {
  const pair = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
  return { ...pair, alg, kid: 'odd', jwk: { ...(await exportJWK(pair.publicKey)), kid: 'odd', alg, use: 'sig' } }
}
