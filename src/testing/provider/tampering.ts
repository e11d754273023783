import { base64url, CompactSign } from 'jose'
import type { SigningKey } from './signing-keys.ts'

export type Claims = Record<string, unknown>

/** How a token is to differ from the right one. Without `header`, the header names the key that signs. */
export interface Tampering {
  readonly claims?: (claims: Claims) => unknown
  readonly header?: (header: Claims) => unknown
  readonly signWith?: SigningKey
  /** The JSON of the payload, after `claims`. */
  readonly payload?: (json: string) => string
  /** The finished token. */
  readonly token?: (jwt: string) => unknown
}

const WEB_CRYPTO = {
  RS256: 'RSASSA-PKCS1-v1_5',
  PS256: { name: 'RSA-PSS', saltLength: 32 },
  ES256: { name: 'ECDSA', hash: 'SHA-256' },
  EdDSA: 'Ed25519',
}

export async function signed(right: Claims, typ: string, key: SigningKey, tampering: Tampering = {}): Promise<unknown> {
  const { claims = same, header = same, payload = same, token = same, signWith = key } = tampering
  const json = payload(JSON.stringify(claims(right)))
  const { alg, kid } = signWith
  if (!tampering.header) {
    const jwt = new CompactSign(new TextEncoder().encode(json)).setProtectedHeader({ alg, typ, kid })
    return token(await jwt.sign(signWith.privateKey))
  }
  // jose refuses to write headers that break the rules, so these are signed by hand.
  const input = `${base64url.encode(JSON.stringify(header({ alg, typ, kid })))}.${base64url.encode(json)}`
  const bytes = new TextEncoder().encode(input)
  const signature = await crypto.subtle.sign(WEB_CRYPTO[alg], signWith.privateKey, bytes)
  return token(`${input}.${base64url.encode(new Uint8Array(signature))}`)
}

const same = <Value>(value: Value): Value => value
