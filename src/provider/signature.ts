import { bytesOf } from './encoding.ts'
import { partOf } from './jwt.ts'

const AT_MOST_TEN = 10

/** What Web Crypto calls a JWS algorithm (RFC 7518 3.1, RFC 8037 3.1). No MAC: a public client has no key for one. */
function algorithmOf(alg: unknown) {
  if (alg === 'EdDSA' || alg === 'Ed25519') return { kty: 'OKP', name: 'Ed25519', crv: 'Ed25519' }
  const [, family, bits] = /^(RS|PS|ES)(256|384|512)$/.exec(String(alg)) ?? []
  if (!family) return undefined
  const hash = `SHA-${bits}`
  if (family === 'RS') return { kty: 'RSA', name: 'RSASSA-PKCS1-v1_5', hash }
  if (family === 'PS') return { kty: 'RSA', name: 'RSA-PSS', hash, saltLength: Number(bits) / 8 }
  const crv = bits === '512' ? 'P-521' : `P-${bits}`
  return { kty: 'EC', name: 'ECDSA', hash, namedCurve: crv, crv }
}

/**
 * Whether one of the provider's keys signed this JWT (RFC 7515 5.2). A key that is broken, weak or meant for
 * something else is passed over (RFC 7517 4.2 to 4.4); without a `kid` each that fits is tried.
 */
export async function isSignedByOneOf(keys: readonly JsonWebKey[], jwt: string): Promise<boolean> {
  const [header = '', payload = '', signature = ''] = jwt.split('.')
  const { alg, kid } = partOf(jwt, 0)
  const algorithm = algorithmOf(alg)
  if (!algorithm || !['string', 'undefined'].includes(typeof kid)) return false
  const fits = (key: JsonWebKey & { kid?: unknown }) =>
    key.kty === algorithm.kty &&
    (kid === undefined || key.kid === kid) &&
    (key.alg === undefined || key.alg === alg || (algorithm.kty === 'OKP' && algorithmOf(key.alg)?.kty === 'OKP')) &&
    (key.use === undefined || key.use === 'sig') &&
    (key.key_ops === undefined || (Array.isArray(key.key_ops) && key.key_ops.includes('verify'))) &&
    key.crv === algorithm.crv &&
    // A private key that was published is nobody's secret any more (OpenID Connect Discovery 3).
    !('d' in key)
  const signed = new TextEncoder().encode(`${header}.${payload}`)
  let tried = 0
  for (const { kty, n, e, x, y, crv } of keys.filter(fits)) {
    try {
      const jwk = { kty, n, e, x, y, crv } as JsonWebKey
      const key = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify'])
      const { modulusLength = 2048, publicExponent } = key.algorithm as Partial<RsaKeyAlgorithm>
      // With the exponent 1 a message is its own signature.
      if (modulusLength < 2048 || publicExponent?.filter(Boolean).join() === '1') continue
      tried += 1
      if (tried > AT_MOST_TEN) return false
      if (await crypto.subtle.verify(algorithm, key, bytesOf(signature), signed)) return true
    } catch {
      // Not a key that Web Crypto can use.
    }
  }
  return false
}
