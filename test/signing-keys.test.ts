// @vitest-environment node
import { exportJWK } from 'jose'
import {
  answers,
  breaks,
  breaksMidway,
  changes,
  drips,
  type Fault,
  hangs,
  redirects,
  type SigningKey,
  showsAPage,
  signingKey,
  swells,
  truncates,
  unauthorized,
  withoutCors,
} from 'latchkey/testing'
import { describe, expect, it, vi } from 'vitest'
import { backFromProvider, reloaded, returning, type Stage, signedIn } from './browser.ts'
import { advance, settled, until } from './clock.ts'
import { expectSignedOut, reasonOf } from './outcome.ts'

/** What `start()` comes to on the callback page, with this at the key set. */
async function comingBackTo(fault: Fault) {
  const stage = await backFromProvider()
  stage.provider.faults.jwks.always(fault)
  return { ...stage, state: await stage.auth.start() }
}

const withKeys = (change: (keys: Record<string, unknown>[]) => unknown) =>
  comingBackTo(changes(({ keys }) => ({ keys: change(keys as Record<string, unknown>[]) })))

/** Signs with this key, and publishes it as this. */
async function signedWith(key: SigningKey, jwk: Record<string, unknown>) {
  const stage = await backFromProvider()
  stage.provider.idToken.always({ signWith: key })
  stage.provider.faults.jwks.always(changes(() => ({ keys: [jwk] })))
  return stage.auth.start()
}

describe('Rotation of the signing key', () => {
  it('E01 between two ID tokens in one page life is followed, the moment after the keys were read', async () => {
    const { auth, provider } = await signedIn()
    await provider.keys.rotate()
    provider.faults.api.once(() => unauthorized('Bearer error="invalid_token"'))
    expect((await auth.authFetch('https://api.example.com/')).status).toBe(200)
    expect(provider.requestsTo('token')).toHaveLength(2)
    expect(provider.requestsTo('jwks')).toHaveLength(2)
  })

  it('E01 again and again in one page life is followed each time, with one look at the keys', async () => {
    const { auth, provider } = await signedIn()
    for (let rotation = 1; rotation <= 3; rotation += 1) {
      await provider.keys.rotate()
      // Refreshes that an API asks for come ever more seldom.
      await advance(1_200 * 5 ** rotation)
      provider.faults.api.once(() => unauthorized('Bearer error="invalid_token"'))
      expect((await auth.authFetch('https://api.example.com/')).status).toBe(200)
      expect(provider.requestsTo('jwks')).toHaveLength(1 + rotation)
    }
    expect(auth.state.status).toBe('signed-in')
  })

  it('E01 between two logins of one tab, seconds apart, is followed', async () => {
    const stage = await signedIn()
    await stage.provider.keys.rotate()
    await stage.auth.login()
    expect((await (await returning(stage)).auth.start()).status).toBe('signed-in')
  })

  it('E02 just before signing is followed', async () => {
    const { auth, provider } = await backFromProvider()
    provider.faults.token.once(async (_, normally) => {
      await until(() => provider.requestsTo('jwks').length > 0)
      await provider.keys.rotate()
      return normally()
    })
    expect((await auth.start()).status).toBe('signed-in')
    expect(provider.requestsTo('jwks')).toHaveLength(2)
  })

  it('E03 is not hidden by the HTTP cache', async () => {
    const { provider } = await signedIn()
    expect(provider.requestsTo('jwks').map(({ request }) => request.cache)).toEqual(['no-store'])
  })

  it('that does not happen costs no second look at the keys', async () => {
    const { provider } = await signedIn()
    await advance(3_000_000)
    expect(provider.requestsTo('token').length).toBeGreaterThan(5)
    expect(provider.requestsTo('jwks')).toHaveLength(1)
  })

  it('E05 to keys that are nowhere costs two looks for each login, and none after it', async () => {
    let stage: Stage = await backFromProvider()
    stage.provider.idToken.always({ signWith: await signingKey('RS256', 'nowhere') })
    for (let login = 1; login <= 5; login += 1) {
      expectSignedOut(await stage.auth.start(), 'token_invalid')
      expect(stage.provider.requestsTo('jwks')).toHaveLength(2 * login)
      await stage.auth.login()
      stage = await returning(stage)
    }
    await advance(600_000)
    expect(stage.provider.requestsTo('jwks')).toHaveLength(10)
  })
})

describe('The key set', () => {
  const JUNK = [
    { kty: 'unknown', kid: 'RS256-1' },
    { kty: 'oct', k: 'c2VjcmV0', kid: 'x' },
    { kty: 'RSA', kid: 'RS256-1', alg: 'RSA-OAEP', use: 'enc', n: 'AQAB', e: 'AQAB' },
    { kty: 'RSA', kid: 'broken', n: '!', e: 4 },
    { kty: 'RSA', kid: 'RS256-1', n: '!', e: 'AQAB' },
    { kty: 'RSA', kid: 'RS256-1' },
    { kty: 'RSA', kid: 'RS256-1', n: [], e: {} },
    { kty: 'EC', crv: 'P-0', kid: 'curve' },
    null,
    'text',
    42,
    [],
  ]
  it('E06 may hold junk beside the right key', async () => {
    expect((await withKeys((keys) => [...JUNK, ...keys])).state.status).toBe('signed-in')
    expect((await withKeys((keys) => [...keys, ...JUNK])).state.status).toBe('signed-in')
  })

  it.each([
    '<html></html>',
    '',
    '[]',
    'null',
    '"keys"',
    '42',
    '{}',
    '{"keys":{}}',
    '{"keys":null}',
    '{"keys":"x"}',
    '{"keys":[',
    '{"Keys":[]}',
  ])('E07 that is no key set verifies nothing: %j', async (body) => {
    expectSignedOut((await comingBackTo(answers(200, body))).state, 'provider_invalid')
  })

  it.each(['{"keys":[]}', '{"keys":[{}]}', '{"keys":[[]]}', '{"keys":[null,"x",4]}'])(
    'E07 that holds no key verifies nothing: %j',
    async (body) => {
      expectSignedOut((await comingBackTo(answers(200, body))).state, 'token_invalid')
    },
  )

  it.each([404, 403, 400, 204])('E07 that answers %i verifies nothing', async (status) => {
    const { jwk } = await signingKey('RS256', 'RS256-1')
    const body = status === 204 ? null : { keys: [jwk] }
    expectSignedOut((await comingBackTo(answers(status, body))).state, 'provider_invalid')
  })

  it.each([500, 502, 503, 429])('E07 that answers %i is a network failure', async (status) => {
    expectSignedOut((await comingBackTo(answers(status, '<html></html>'))).state, 'network')
  })

  it.each<[string, Fault]>([
    ['cut off', truncates],
    ['larger than four MiB', swells(2 ** 22 + 1)],
    ['elsewhere', redirects('https://evil.example/jwks')],
    ['a page', showsAPage()],
  ])('E07 that is %s verifies nothing, and is not looked for elsewhere', async (_, fault) => {
    const { state, provider } = await comingBackTo(fault)
    expectSignedOut(state, 'provider_invalid')
    expect(provider.requestsTo('elsewhere')).toEqual([])
  })

  it.each([
    ['RS256', 'RSASSA-PKCS1-v1_5', 1024],
    ['PS256', 'RSA-PSS', 1024],
    ['RS256', 'RSASSA-PKCS1-v1_5', 2040],
  ] as const)('E09 with %s and a key of %s with %i bits verifies nothing', async (alg, name, modulusLength) => {
    const algorithm = { name, modulusLength, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }
    const pair = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'weak', alg, use: 'sig' }
    const stage = await backFromProvider({ provider: { algorithm: alg } })
    stage.provider.idToken.always({
      // jose would not sign with it.
      header: (header) => header,
      signWith: { ...pair, alg, kid: 'weak', jwk },
    })
    stage.provider.faults.jwks.always(changes(() => ({ keys: [jwk] })))
    expectSignedOut(await stage.auth.start(), 'token_invalid')
  })

  it.each([
    { use: 'enc' },
    { key_ops: ['sign'] },
    { key_ops: ['encrypt'] },
    { alg: 'RS512' },
    { alg: 'PS256' },
    { alg: 'HS256' },
    { kty: 'EC' },
    { kty: 'oct' },
  ])('E10 does not verify with a key that is meant for something else: %j', async (members) => {
    const key = await signingKey('RS256', 'RS256-1')
    expectSignedOut(await signedWith(key, { ...key.jwk, ...members }), 'token_invalid')
  })

  it('E10 does not verify with an EC key of another curve than the algorithm says', async () => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, true, ['sign', 'verify'])
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'ES256-1' }
    const stage = await backFromProvider({ provider: { algorithm: 'ES256' } })
    stage.provider.idToken.always({
      header: (header) => header,
      signWith: { ...pair, alg: 'ES256', kid: 'ES256-1', jwk },
    })
    stage.provider.faults.jwks.always(changes(() => ({ keys: [jwk] })))
    expectSignedOut(await stage.auth.start(), 'token_invalid')
  })

  it('E06 passes over a member of the wrong type: key_ops null', async () => {
    const { jwk } = await signingKey('RS256', 'RS256-1')
    expect((await withKeys(() => [{ ...jwk, kid: 'x', key_ops: null }, jwk])).state.status).toBe('signed-in')
  })

  it('takes a key that says nothing about its use', async () => {
    const { kty, n, e, kid } = (await signingKey('RS256', 'RS256-1')).jwk
    expect((await withKeys(() => [{ kty, n, e, kid }])).state.status).toBe('signed-in')
  })

  it.each<[string, Fault]>([
    ['hangs', hangs],
    ['drips', drips(1, 1_000)],
  ])('E13 that %s is a timeout', async (_, fault) => {
    const stage = await backFromProvider()
    stage.provider.faults.jwks.always(fault)
    const starting = stage.auth.start()
    await until(() => stage.provider.requestsTo('jwks').length > 0)
    // The tokens are there; only the keys are missing.
    await settled()
    await advance(20_000)
    expectSignedOut(await starting, 'timeout')
    expect(stage.provider.requestsTo('jwks')).toHaveLength(2)
  })

  const crowd = async (member: (index: number) => object) => {
    const other = (await signingKey('RS256', 'other')).jwk
    return Array.from({ length: 5_000 }, (_, index) => ({ ...other, ...member(index) }))
  }

  it('E14 may hold 5,000 keys, and the right one alone is tried', async () => {
    const many = await crowd((index) => ({ kid: `key-${index}` }))
    const verify = vi.spyOn(crypto.subtle, 'verify')
    const { state } = await withKeys((keys) => [...many.slice(0, 2_500), ...keys, ...many.slice(2_500)])
    expect(state.status).toBe('signed-in')
    // The API has verified nothing yet, so these are the library's.
    expect(verify).toHaveBeenCalledTimes(1)
  })

  it('E14 of 5,000 keys under one name costs no more than twenty verifications', async () => {
    const many = await crowd(() => ({ kid: 'RS256-1' }))
    const verify = vi.spyOn(crypto.subtle, 'verify')
    expectSignedOut((await withKeys(() => many)).state, 'token_invalid')
    expect(verify).toHaveBeenCalledTimes(20)
  })

  it.each<[string, Fault]>([
    ['without CORS', withoutCors],
    ['without a connection', breaks],
    ['that breaks half-way', breaksMidway],
  ])('E15 %s is a network failure, never a reason to skip the check', async (_, fault) => {
    const { state } = await comingBackTo(fault)
    expectSignedOut(state, 'network')
    expect(reasonOf(state).message).toMatch(/CORS/)
  })

  it.each<[string, Fault]>([
    ['a broken connection', breaks],
    ['a 503', answers(503)],
    ['a page', showsAPage()],
    ['an empty key set', answers(200, { keys: [] })],
    ['half an answer', breaksMidway],
  ])('that fails once, with %s, loses no login whose code is spent', async (_, fault) => {
    const { auth, provider } = await backFromProvider()
    provider.faults.jwks.once(fault)
    expect((await auth.start()).status).toBe('signed-in')
    expect(provider.requestsTo('token')).toHaveLength(1)
    expect(provider.requestsTo('jwks')).toHaveLength(2)
  })

  it('that fails once is read again with the next login', async () => {
    const stage = await comingBackTo(breaks)
    stage.provider.faults.jwks.never()
    await stage.auth.login()
    expect((await (await returning(reloaded(stage))).auth.start()).status).toBe('signed-in')
  })
})
