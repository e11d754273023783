// @vitest-environment node
import { constants, createPrivateKey, createSign, generateKeyPairSync, sign } from 'node:crypto'
import { base64url, exportJWK, exportPKCS8 } from 'jose'
import { type Algorithm, type SigningKey, signingKey } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { backFromProvider, type Script } from '../browser.ts'
import { type Claims, comingBackWith, expectTokenRefused, type Outcome } from '../coming-back.ts'

/** Replaces the signature; everything before it stays as the provider made it. */
const resigned = (make: (input: Buffer, signature: Buffer) => Promise<Uint8Array> | Uint8Array) => ({
  async token(jwt: string) {
    const end = jwt.lastIndexOf('.')
    const signature = await make(Buffer.from(jwt.slice(0, end)), Buffer.from(jwt.slice(end + 1), 'base64url'))
    return `${jwt.slice(0, end)}.${base64url.encode(signature)}`
  },
})

const nodeKeyOf = async ({ privateKey }: SigningKey) => createPrivateKey(await exportPKCS8(privateKey))

const nodeKey = async (alg: Algorithm) => nodeKeyOf(await signingKey(alg, `${alg}-1`))

const of = (algorithm: Algorithm): Script => ({ provider: { algorithm } })

describe('A signature by the right key in another form', () => {
  it.each(['ES256', 'ES384', 'ES512'] as const)('D21 in DER is refused: %s', async (alg) => {
    const key = await nodeKey(alg)
    const der = resigned((input) => sign(`sha${alg.slice(2)}`, input, { key, dsaEncoding: 'der' }))
    await expectTokenRefused(await comingBackWith(der, of(alg)))
  })

  it.each(['ES256', 'ES384', 'ES512'] as const)('D21 in the right form is taken: %s', async (alg) => {
    const key = await nodeKey(alg)
    const raw = resigned((input) => sign(`sha${alg.slice(2)}`, input, { key, dsaEncoding: 'ieee-p1363' }))
    expect((await comingBackWith(raw, of(alg))).state.status).toBe('signed-in')
  })

  it.each([
    ['ES256', 'sha384'],
    ['ES256', 'sha1'],
    ['ES384', 'sha256'],
  ] as const)('D21 %s over %s is refused', async (alg, hash) => {
    const key = await nodeKey(alg)
    await expectTokenRefused(
      await comingBackWith(
        resigned((input) => sign(hash, input, { key, dsaEncoding: 'ieee-p1363' })),
        of(alg),
      ),
    )
  })

  it.each([0, 20, 31, 33, 64])('D21 PS256 with %i bytes of salt is refused', async (saltLength) => {
    const key = await nodeKey('PS256')
    const salted = resigned((input) =>
      sign('sha256', input, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }),
    )
    await expectTokenRefused(await comingBackWith(salted, of('PS256')))
  })

  it('D21 PS256 with 32 bytes of salt is taken', async () => {
    const key = await nodeKey('PS256')
    const salted = resigned((input) =>
      sign('sha256', input, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
    )
    expect((await comingBackWith(salted, of('PS256'))).state.status).toBe('signed-in')
  })

  it.each([
    ['RS256', constants.RSA_PKCS1_PSS_PADDING, 'sha256'],
    ['PS256', constants.RSA_PKCS1_PADDING, 'sha256'],
    ['RS256', constants.RSA_PKCS1_PADDING, 'sha512'],
    ['RS256', constants.RSA_PKCS1_PADDING, 'sha1'],
    ['RS256', constants.RSA_PKCS1_PADDING, 'md5'],
  ] as const)('D21 %s with padding %i over %s is refused', async (alg, padding, hash) => {
    const key = await nodeKey(alg)
    await expectTokenRefused(
      await comingBackWith(
        resigned((input) => sign(hash, input, { key, padding })),
        of(alg),
      ),
    )
  })

  const LENGTHS: Record<string, (signature: Buffer) => Uint8Array> = {
    'a byte before it': (signature) => Buffer.concat([Buffer.from([0]), signature]),
    'a byte after it': (signature) => Buffer.concat([signature, Buffer.from([0])]),
    'its last byte missing': (signature) => signature.subarray(0, -1),
    'half of it': (signature) => signature.subarray(0, signature.length / 2),
    'itself after it': (signature) => Buffer.concat([signature, signature]),
    'a megabyte after it': (signature) => Buffer.concat([signature, Buffer.alloc(2 ** 20)]),
  }
  it.each(Object.entries(LENGTHS))('D21, D41 with %s is refused', async (_, change) => {
    for (const alg of ['RS256', 'PS256', 'ES256', 'EdDSA'] as const)
      await expectTokenRefused(
        await comingBackWith(
          resigned((__, signature) => change(signature)),
          of(alg),
        ),
      )
  })
})

describe('A signature that no key made', () => {
  const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const both = (r: bigint, s: bigint) =>
    Buffer.from([r, s].map((part) => part.toString(16).padStart(64, '0')).join(''), 'hex')
  // CVE-2022-21449: zero is no number that ECDSA may meet.
  const EMPTY: Record<string, Uint8Array> = {
    zeros: both(0n, 0n),
    'r = 1, s = 0': both(1n, 0n),
    'r = 0, s = 1': both(0n, 1n),
    'r = s = 1': both(1n, 1n),
    'r = s = n': both(N, N),
    'r = n, s = 1': both(N, 1n),
    'r = s = n - 1': both(N - 1n, N - 1n),
    'all ones': Buffer.alloc(64, 255),
    'one byte': Buffer.from([0]),
  }
  it.each(Object.entries(EMPTY))('D21 ES256 of %s is refused', async (_, signature) => {
    await expectTokenRefused(
      await comingBackWith(
        resigned(() => signature),
        of('ES256'),
      ),
    )
  })

  it.each([
    ['RS256', 256],
    ['PS256', 256],
    ['EdDSA', 64],
    ['ES384', 96],
    ['ES512', 132],
  ] as const)('D21 %s of %i zeros is refused', async (alg, length) => {
    await expectTokenRefused(
      await comingBackWith(
        resigned(() => Buffer.alloc(length)),
        of(alg),
      ),
    )
  })

  // RFC 8032 5.1.7: S beyond the group order is another spelling of the same signature, and is none.
  it('D21 EdDSA with the group order added to S is refused', async () => {
    const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n
    const malleable = resigned((_, signature) => {
      const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`) + ORDER
      const bytes = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse()
      return Buffer.concat([signature.subarray(0, 32), bytes])
    })
    await expectTokenRefused(await comingBackWith(malleable, of('EdDSA')))
  })

  it('D21 of the header alone, or of the payload alone, is refused', async () => {
    const key = await nodeKey('RS256')
    for (const part of [0, 1])
      await expectTokenRefused(
        await comingBackWith(
          resigned((input) =>
            createSign('sha256')
              .update(input.toString().split('.')[part] ?? '')
              .sign(key),
          ),
        ),
      )
  })
})

describe('A key that is none', () => {
  /** A login with a provider that publishes this key and signs with it. */
  async function withKey(
    jwk: object,
    alg: string,
    make: (input: Buffer) => Uint8Array,
    script: Script,
  ): Promise<Outcome> {
    const stage = await backFromProvider(script)
    stage.provider.keys.publish({ ...jwk, kid: 'odd', use: 'sig' })
    const token = (jwt: string) => {
      const input = `${base64url.encode(JSON.stringify({ alg, typ: 'JWT', kid: 'odd' }))}.${jwt.split('.')[1]}`
      return `${input}.${base64url.encode(make(Buffer.from(input)))}`
    }
    stage.provider.idToken.always({ claims: ({ at_hash: _, ...claims }: Claims) => claims, token })
    return { ...stage, state: await stage.auth.start() }
  }

  it('D21, E09 RSA of 1024 bits is refused, with leading zeros too', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const { n = '', e } = await exportJWK(publicKey)
    const make = (input: Buffer) => sign('sha256', input, privateKey)
    await expectTokenRefused(await withKey({ kty: 'RSA', n, e }, 'RS256', make, of('RS256')))
    const long = Buffer.concat([Buffer.alloc(128), Buffer.from(n, 'base64url')]).toString('base64url')
    await expectTokenRefused(await withKey({ kty: 'RSA', n: long, e }, 'RS256', make, of('RS256')))
  })

  it.each([
    ['ES256', 'secp384r1'],
    ['ES256', 'secp521r1'],
    ['ES384', 'prime256v1'],
    ['ES256', 'secp256k1'],
  ] as const)('D21, E10 %s by a key on %s is refused', async (alg, namedCurve) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve })
    const jwk = publicKey.export({ format: 'jwk' })
    const make = (input: Buffer) => sign(`sha${alg.slice(2)}`, input, { key: privateKey, dsaEncoding: 'ieee-p1363' })
    await expectTokenRefused(await withKey(jwk, alg, make, of(alg)))
    await expectTokenRefused(await withKey({ ...jwk, crv: alg === 'ES256' ? 'P-256' : 'P-384' }, alg, make, of(alg)))
  })

  it('D21, E10 ES256 by a point that is not on the curve is refused', async () => {
    const { jwk, privateKey } = await signingKey('ES256', 'ES256-1')
    const key = await nodeKeyOf({ privateKey } as SigningKey)
    const make = (input: Buffer) => sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' })
    const { kty, crv, x, y } = jwk
    for (const wrong of [{ y: x }, { x: y }, { x: 'AA', y: 'AA' }, { x: '', y: '' }, { y: undefined }, { x: 42 }])
      await expectTokenRefused(await withKey({ kty, crv, x, y, ...wrong }, 'ES256', make, of('ES256')))
    expect((await withKey({ kty, crv, x, y }, 'ES256', make, of('ES256'))).state.status).toBe('signed-in')
  })

  it.each([
    ['RS256', 'ES256'],
    ['RS256', 'EdDSA'],
    ['PS256', 'RS256'],
    ['RS256', 'PS256'],
    ['ES256', 'RS256'],
    ['EdDSA', 'ES256'],
    ['ES384', 'ES256'],
  ] as const)('D21, D26 %s on the label, signed as %s by a key that says so, is refused', async (label, real) => {
    const key = await signingKey(real, 'other')
    const stage = await backFromProvider({ provider: { algorithms: [label, real] } })
    stage.provider.keys.publish(key.jwk)
    stage.provider.idToken.always({ signWith: key, header: (header) => ({ ...header, alg: label }) })
    await expectTokenRefused({ ...stage, state: await stage.auth.start() })
  })
})
