// @vitest-environment node
import { exportJWK } from 'jose'
import { answers, breaks, changes, type Fault, hangs, type SigningKey, signingKey, withoutCors } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { backFromProvider, reloaded, returning, type Stage, signedIn } from './browser.ts'
import { advance, until } from './clock.ts'
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
  it('E01 between two ID tokens in one page life is followed, seconds after the keys were read', async () => {
    const { auth, provider } = await signedIn()
    await provider.keys.rotate()
    await advance(600_000)
    expect(auth.state.status).toBe('signed-in')
    expect(provider.requestsTo('token')).toHaveLength(2)
    expect(provider.requestsTo('jwks')).toHaveLength(2)
    expect((await auth.authFetch('https://api.example.com/')).status).toBe(200)
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
    expect(['no-store', 'reload', 'no-cache']).toContain(provider.requestsTo('jwks')[0]?.request.cache)
  })

  it('that does not happen costs no second look at the keys', async () => {
    const { provider } = await signedIn()
    await advance(3_000_000)
    expect(provider.requestsTo('token').length).toBeGreaterThan(5)
    expect(provider.requestsTo('jwks')).toHaveLength(1)
  })

  it('E05 to keys that are nowhere costs at most two looks for each login', async () => {
    let stage: Stage = await backFromProvider()
    stage.provider.idToken.always({ signWith: await signingKey('RS256', 'nowhere') })
    for (let login = 1; login <= 5; login += 1) {
      expectSignedOut(await stage.auth.start(), 'token_invalid')
      expect(stage.provider.requestsTo('jwks').length).toBeLessThanOrEqual(2 * login)
      await stage.auth.login()
      stage = await returning(stage)
    }
    await advance(600_000)
    expect(stage.provider.requestsTo('jwks').length).toBeLessThanOrEqual(10)
  })
})

describe('The key set', () => {
  const JUNK = [
    { kty: 'unknown', kid: 'RS256-1' },
    { kty: 'oct', k: 'c2VjcmV0', kid: 'x' },
    { kty: 'RSA', kid: 'RS256-1', alg: 'RSA-OAEP', use: 'enc', n: 'AQAB', e: 'AQAB' },
    { kty: 'RSA', kid: 'broken', n: '!', e: 4 },
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

  it.each(['<html></html>', '', '[]', 'null', '{}', '{"keys":{}}', '{"keys":null}', '{"keys":[]}', '{"keys":"x"}'])(
    'E07 that is no key set verifies nothing: %j',
    async (body) => {
      const { state } = await comingBackTo(answers(200, body))
      expect(['token_invalid', 'provider_invalid']).toContain(reasonOf(state).code)
    },
  )

  it.each([500, 503, 429])('E07 that answers %i is a network failure', async (status) => {
    expectSignedOut((await comingBackTo(answers(status))).state, 'network')
  })

  it.each([404, 403])('E07 that answers %i verifies nothing', async (status) => {
    const { state } = await comingBackTo(answers(status, { keys: [] }))
    expect(['token_invalid', 'provider_invalid']).toContain(reasonOf(state).code)
  })

  it('E09 with an RSA key of 1024 bits verifies nothing', async () => {
    const algorithm = {
      name: 'RSASSA-PKCS1-v1_5',
      modulusLength: 1024,
      publicExponent: new Uint8Array([1, 0, 1]),
      hash: 'SHA-256',
    }
    const pair = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'weak', alg: 'RS256', use: 'sig' }
    const stage = await backFromProvider()
    stage.provider.idToken.always({
      // jose would not sign with it.
      header: (header) => header,
      signWith: { ...pair, alg: 'RS256', kid: 'weak', jwk },
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

  it('E13 that hangs is a timeout', async () => {
    const stage = await backFromProvider()
    stage.provider.faults.jwks.always(hangs)
    const starting = stage.auth.start()
    await until(() => stage.provider.requestsTo('jwks').length > 0)
    await advance(25_000)
    expectSignedOut(await starting, 'timeout')
  })

  it('E14 may hold 5,000 keys', async () => {
    const other = (await signingKey('RS256', 'other')).jwk
    const many = Array.from({ length: 5_000 }, (_, index) => ({ ...other, kid: `key-${index}` }))
    expect((await withKeys((keys) => [...many.slice(0, 2_500), ...keys, ...many.slice(2_500)])).state.status).toBe(
      'signed-in',
    )
  })

  it.each([withoutCors, breaks])(
    'E15 that cannot be read is a network failure, never a reason to skip the check',
    async (fault) => {
      const { state } = await comingBackTo(fault)
      expectSignedOut(state, 'network')
      expect(reasonOf(state).message).toMatch(/CORS/)
    },
  )

  it('that fails once is read again with the next login', async () => {
    const stage = await comingBackTo(breaks)
    stage.provider.faults.jwks.never()
    await stage.auth.login()
    expect((await (await returning(reloaded(stage))).auth.start()).status).toBe('signed-in')
  })
})
