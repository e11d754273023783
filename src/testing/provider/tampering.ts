import { base64url } from 'jose'
import type { Algorithm } from './options.ts'
import type { SigningKey } from './signing-keys.ts'

/** The claims of a JWT, or the members of its header. */
export type Claims = Record<string, unknown>

/** How a token is to differ from the right one. Without `header`, the header names the key that signs. */
export interface Tampering {
  /** The claims, before they are signed. */
  readonly claims?: (claims: Claims) => unknown
  /** The protected header, whatever it breaks. */
  readonly header?: (header: Claims) => unknown
  /** Another key than the provider's. */
  readonly signWith?: SigningKey
  /** The JSON of the payload, after `claims`. */
  readonly payload?: (json: string) => string
  /** The finished token. */
  readonly token?: (jwt: string) => unknown
}

/** What Web Crypto is told to sign with (RFC 7518 3.1). */
function webCrypto(alg: Algorithm) {
  const bits = Number(alg.slice(2))
  if (alg.startsWith('RS')) return 'RSASSA-PKCS1-v1_5'
  if (alg.startsWith('PS')) return { name: 'RSA-PSS', saltLength: bits / 8 }
  return alg.startsWith('ES') ? { name: 'ECDSA', hash: `SHA-${bits}` } : 'Ed25519'
}

/** RFC 7515 5.1, by hand: jose refuses to write headers that break the rules. */
export async function signed(right: Claims, typ: string, key: SigningKey, tampering: Tampering = {}): Promise<unknown> {
  const { claims = same, header = same, payload = same, token = same, signWith = key } = tampering
  const { alg, kid, privateKey } = signWith
  const json = payload(JSON.stringify(claims(right)))
  const input = `${base64url.encode(JSON.stringify(header({ alg, typ, kid })))}.${base64url.encode(json)}`
  const signature = await crypto.subtle.sign(webCrypto(alg), privateKey, new TextEncoder().encode(input))
  return token(`${input}.${base64url.encode(new Uint8Array(signature))}`)
}

const same = <Value>(value: Value): Value => value
