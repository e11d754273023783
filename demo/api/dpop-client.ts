import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, type JWTPayload } from 'jose'
import { APP, createKey, type Key, type World } from './api-world.ts'
import { signed } from './signed.ts'

/** What a proof says, where it differs from a good one for `GET /notes`. `undefined` leaves a member out. */
interface Proof {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  readonly key?: CryptoKey | Uint8Array
}

export type DpopClient = Awaited<ReturnType<typeof createDpopClient>>

/** A page of the app with a key, and with an access token that is bound to it. */
export async function createDpopClient(world: World) {
  const { privateKey, jwk } = await createKey('dpop')
  const { kid: _kid, use: _use, alg: _alg, ...publicKey } = jwk
  const thumbprint = await calculateJwkThumbprint(publicKey)
  const boundToken = (claims: JWTPayload = {}) => world.token({ claims: { cnf: { jkt: thumbprint }, ...claims } })
  const token = await boundToken()

  async function proof({ claims, header, key }: Proof = {}): Promise<string> {
    const good = {
      jti: crypto.randomUUID(),
      htm: 'GET',
      htu: `${world.api.url}notes`,
      iat: Math.floor(Date.now() / 1000),
      ath: hashOf(token),
    }
    const usual = { typ: 'dpop+jwt', alg: 'ES256', jwk: publicKey }
    return signed({ ...usual, ...header }, { ...good, ...claims }, key ?? privateKey)
  }
  /** Sends a proof along, and the token as `DPoP`, unless told otherwise. */
  const send = (dpop: string, { path = '/notes', headers = {}, ...init }: Sending = {}) =>
    world.ask(path, { ...init, headers: { Origin: APP, Authorization: `DPoP ${token}`, DPoP: dpop, ...headers } })

  return { privateKey, publicKey, thumbprint, token, boundToken, proof, send }
}

type Sending = { readonly path?: string; readonly headers?: Record<string, string> } & Omit<RequestInit, 'headers'>

export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

export async function privateJwkOf({ privateKey }: Pick<Key, 'privateKey'>): Promise<JsonWebKey> {
  return crypto.subtle.exportKey('jwk', privateKey)
}
