import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWK } from 'jose'
import type { Algorithm } from './options.ts'

export interface SigningKey {
  readonly alg: Algorithm
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
  readonly jwk: JWK
}

export interface SigningKeys {
  readonly current: () => Promise<SigningKey>
  /** From now on another key signs; the ones before are gone from the key set. */
  readonly rotate: () => Promise<void>
  readonly keySet: () => Promise<JSONWebKeySet>
}

export function createSigningKeys(alg: Algorithm): SigningKeys {
  let generation = 1
  const current = () => signingKey(alg, `${alg}-${generation}`)
  return {
    current,
    async rotate() {
      await signingKey(alg, `${alg}-${generation + 1}`)
      generation += 1
    },
    keySet: async () => ({ keys: [(await current()).jwk] }),
  }
}

const made = new Map<string, Promise<SigningKey>>()

/** The same key for the same name: making RSA keys is slow, and no secret of these is kept from anybody. */
export function signingKey(alg: Algorithm, kid: string): Promise<SigningKey> {
  const key = made.get(alg + kid) ?? make(alg, kid)
  made.set(alg + kid, key)
  return key
}

async function make(alg: Algorithm, kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { alg, kid, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), alg, kid, use: 'sig' } }
}
