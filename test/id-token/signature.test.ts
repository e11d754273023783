// @vitest-environment node
import { createHmac, createPublicKey } from 'node:crypto'
import { exportSPKI } from 'jose'
import { type Algorithm, changes, signingKey, type TestProvider } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { backFromProvider, firstVisit, returning, signedIn } from '../browser.ts'
import { type Claims, comingBackWith, expectNothingKept, expectTokenRefused, type Outcome } from '../coming-back.ts'
import { expectSignedOut } from '../outcome.ts'

const ALL: Algorithm[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]

const evil = (alg: Algorithm, kid = 'evil') => signingKey(alg, kid)

/** A login with a provider that says and publishes something else. */
async function comingBackFrom(prepare: (provider: TestProvider) => unknown): Promise<Outcome> {
  const stage = firstVisit()
  await prepare(stage.provider)
  await stage.auth.login()
  const back = await returning(stage)
  return { ...back, state: await back.auth.start() }
}

const announces = (provider: TestProvider, algorithms: unknown) =>
  provider.faults.discovery.always(changes((body) => ({ ...body, id_token_signing_alg_values_supported: algorithms })))

describe('The signature of the ID token', () => {
  it.each(ALL)('is taken with %s', async (algorithm) => {
    const { auth } = await signedIn({ provider: { algorithm } })
    expect((await auth.authFetch('https://api.example.com/')).status).toBe(200)
  })

  it.each(ALL)('D21, D25 by another key under the right kid is refused: %s', async (algorithm) => {
    const signWith = { ...(await evil(algorithm)), kid: `${algorithm}-1` }
    await expectTokenRefused(await comingBackWith({ signWith }, { provider: { algorithm } }))
  })

  it.each(ALL)('D21 with one bit changed, at either end, is refused: %s', async (algorithm) => {
    const flip = (at: number) => (jwt: string) => {
      const [header, payload, signature = ''] = jwt.split('.')
      const bytes = Buffer.from(signature, 'base64url')
      const index = at < 0 ? bytes.length + at : at
      bytes[index] = (bytes[index] ?? 0) ^ 1
      return `${header}.${payload}.${bytes.toString('base64url')}`
    }
    for (const at of [0, 31, -1])
      await expectTokenRefused(await comingBackWith({ token: flip(at) }, { provider: { algorithm } }))
  })

  it.each(['RS256', 'ES256'] as const)('D21 of other claims is refused: %s', async (algorithm) => {
    const swap = (jwt: string) => {
      const [header, payload = '', signature] = jwt.split('.')
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
      return `${header}.${Buffer.from(JSON.stringify({ ...claims, sub: 'root' })).toString('base64url')}.${signature}`
    }
    await expectTokenRefused(await comingBackWith({ token: swap }, { provider: { algorithm } }))
  })

  it('D21 of another header is refused', async () => {
    const token = (jwt: string) => {
      const header = Buffer.from('{"typ":"JWT","alg":"RS256","kid":"RS256-1"}').toString('base64url')
      return header + jwt.slice(jwt.indexOf('.'))
    }
    await expectTokenRefused(await comingBackWith({ token }))
  })
})

describe('A MAC', () => {
  const mac = (alg: string, secret: string | Buffer) => (jwt: string) => {
    const [, payload] = jwt.split('.')
    const input = `${Buffer.from(JSON.stringify({ alg, typ: 'JWT', kid: 'RS256-1' })).toString('base64url')}.${payload}`
    return `${input}.${createHmac(alg.replace('HS', 'sha'), secret).update(input).digest('base64url')}`
  }
  const secrets: Record<string, () => Promise<string | Buffer>> = {
    'a wrong key': async () => 'x',
    'no key': async () => '',
    'the public key as PEM': async () => exportSPKI((await signingKey('RS256', 'RS256-1')).publicKey),
    'the public key as PEM, cut': async () =>
      (await exportSPKI((await signingKey('RS256', 'RS256-1')).publicKey)).trim(),
    'the public key as DER': async () =>
      createPublicKey(await exportSPKI((await signingKey('RS256', 'RS256-1')).publicKey)).export({
        type: 'spki',
        format: 'der',
      }),
    'the public key as JWK': async () => JSON.stringify((await signingKey('RS256', 'RS256-1')).jwk),
    'the modulus': async () => Buffer.from(String((await signingKey('RS256', 'RS256-1')).jwk.n), 'base64url'),
    'the client_id': async () => 'notes-spa',
  }
  it.each(Object.entries(secrets))('D22 by %s is refused, announced or not', async (_, secret) => {
    for (const alg of ['HS256', 'HS384', 'HS512']) {
      const token = mac(alg, await secret())
      await expectTokenRefused(await comingBackWith({ token }))
      const outcome = await comingBackFrom((provider) => {
        announces(provider, ['RS256', 'HS256', 'HS384', 'HS512'])
        provider.idToken.always({ token })
      })
      await expectTokenRefused(outcome)
    }
  })

  it.each(['HS256', 'RS256'])('D22, E11 by a published oct key is refused: %s', async (alg) => {
    const k = Buffer.from('a secret that everybody can read').toString('base64url')
    const outcome = await comingBackFrom((provider) => {
      announces(provider, ['RS256', 'HS256'])
      provider.keys.publish({ kty: 'oct', k, alg: 'HS256', kid: 'RS256-1', use: 'sig' })
      provider.keys.publish({ kty: 'oct', k, kid: 'RS256-1' })
      provider.idToken.always({
        token: (jwt) =>
          mac(
            'HS256',
            Buffer.from(k, 'base64url'),
          )(jwt).replace(/^[^.]+/, () =>
            Buffer.from(JSON.stringify({ alg, typ: 'JWT', kid: 'RS256-1' })).toString('base64url'),
          ),
      })
    })
    await expectTokenRefused(outcome)
  })
})

describe('The algorithm', () => {
  it.each([
    ['RS256', ['PS256']],
    ['RS256', ['RS384', 'RS512', 'ES256']],
    ['RS256', []],
    ['RS256', [['RS256']]],
    ['RS256', [null, 42, {}]],
    ['RS256', ['rs256', 'RS256 ']],
    ['ES256', ['RS256']],
    ['ES256', undefined],
    ['EdDSA', undefined],
    ['PS256', 'PS256'],
  ] as const)('D26 %s is refused where %j is announced', async (algorithm, announced) => {
    const stage = firstVisit({ provider: { algorithm } })
    announces(stage.provider, announced)
    await stage.auth.login()
    const back = await returning(stage)
    expectSignedOut(await back.auth.start(), 'token_invalid')
    await expectNothingKept(back)
  })

  it.each([undefined, null, 'RS256', 42, {}])('D26 RS256 is expected where %j is announced', async (announced) => {
    const outcome = await comingBackFrom((provider) => announces(provider, announced))
    expect(outcome.state.status).toBe('signed-in')
  })

  it('D26 of a key that is published but not announced is refused', async () => {
    const key = await signingKey('ES256', 'es')
    const stage = await backFromProvider()
    stage.provider.keys.publish(key.jwk)
    stage.provider.idToken.always({ signWith: key })
    expectSignedOut(await stage.auth.start(), 'token_invalid')
  })

  it('D23 none is refused where the provider announces it', async () => {
    for (const alg of ['none', 'NONE', '', null]) {
      const outcome = await comingBackFrom((provider) => {
        announces(provider, ['RS256', alg])
        const header = (right: Claims) => ({ ...right, alg })
        provider.idToken.always({ header, token: (jwt) => jwt.slice(0, jwt.lastIndexOf('.') + 1) })
      })
      await expectTokenRefused(outcome)
    }
  })
})

describe('The key', () => {
  const withoutKid = { header: ({ kid: _, ...header }: Claims) => header }
  const among = async (before: number): Promise<Outcome> =>
    comingBackFrom(async (provider) => {
      for (let index = 0; index < before; index += 1) provider.keys.publish((await evil('RS256', `other-${index}`)).jwk)
      provider.idToken.always(withoutKid)
    })

  it.each([0, 1, 2])('D29 without kid is found by trying, after %i others', async (before) => {
    expect((await among(before)).state.status).toBe('signed-in')
  })

  it('D29 without kid is no licence to be by another key', async () => {
    const signWith = await evil('RS256')
    await expectTokenRefused(await comingBackWith({ signWith, ...withoutKid }))
  })

  it('D29 without kid is found among keys of other kinds, junk and duplicates', async () => {
    const outcome = await comingBackFrom(async (provider) => {
      for (const junk of [null, 42, 'x', [], {}, { kty: 'RSA' }, { kty: 'RSA', n: 'AQAB', e: 'AQAB' }])
        provider.keys.publish(junk)
      provider.keys.publish((await evil('ES256')).jwk)
      provider.keys.publish((await evil('EdDSA')).jwk)
      provider.idToken.always(withoutKid)
    })
    expect(outcome.state.status).toBe('signed-in')
  })

  it('D30 under an unknown kid is refused after two looks at the keys', async () => {
    const outcome = await comingBackWith({ signWith: await evil('RS256', 'unknown') })
    await expectTokenRefused(outcome)
    expect(outcome.provider.requestsTo('jwks')).toHaveLength(2)
  })

  it('D30 under an unknown kid is refused each time anew, two looks a login', async () => {
    const stage = await backFromProvider()
    stage.provider.idToken.always({ signWith: await evil('RS256', 'unknown') })
    await stage.auth.start()
    for (let login = 2; login < 5; login += 1) {
      const url = new URL(stage.tab.url())
      const auth = stage.tab.createAuth(stage.options)
      await auth.start()
      Object.defineProperty(stage.tab.window().navigator, 'userActivation', {
        value: { hasBeenActive: true },
        configurable: true,
      })
      await auth.login({ returnTo: url.href })
      const back = await returning(stage)
      expectSignedOut(await back.auth.start(), 'token_invalid')
      expect(stage.provider.requestsTo('jwks')).toHaveLength(login * 2)
    }
  })
})
