import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWK } from 'jose'
import type { Algorithm } from './options.ts'

/** A key pair of the provider, or of somebody who would like to be it. */
export interface SigningKey {
  readonly alg: Algorithm
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
  /** The public half as a key set shows it. */
  readonly jwk: JWK
}

/** The provider's keys: one for each of its algorithms, of which one signs. */
export interface SigningKeys {
  /** The key that signs now. */
  readonly current: () => Promise<SigningKey>
  /** From now on the key of this algorithm signs, one of the `algorithms` of the provider. */
  readonly use: (alg: Algorithm) => void
  /** From now on other keys sign; the ones before are gone from the key set. */
  readonly rotate: () => Promise<void>
  /** Whatever else the key set is to hold, before the right keys: junk, or the key that the next rotation would drop. */
  readonly publish: (jwk: unknown) => void
  readonly keySet: () => Promise<JSONWebKeySet>
  /** The key of this name that signs, or may be told to; with `everUsed`, also one that a rotation has dropped. */
  readonly named: (kid: unknown, everUsed?: 'everUsed') => Promise<SigningKey | undefined>
}

export function createSigningKeys(algorithms: readonly Algorithm[], first: Algorithm): SigningKeys {
  let generation = 1
  let alg = first
  const published: JWK[] = []
  const ofGeneration = (number: number) => Promise.all(algorithms.map((each) => signingKey(each, `${each}-${number}`)))
  return {
    current: () => signingKey(alg, `${alg}-${generation}`),
    use(other) {
      if (!algorithms.includes(other)) throw new TypeError(`${other} is none of this provider's \`algorithms\`.`)
      alg = other
    },
    async rotate() {
      await ofGeneration(generation + 1)
      generation += 1
    },
    publish: (jwk) => void published.push(jwk as JWK),
    keySet: async () => ({ keys: [...published, ...(await ofGeneration(generation)).map(({ jwk }) => jwk)] }),
    async named(kid, everUsed) {
      const oldest = everUsed ? 1 : generation
      const generations = Array.from({ length: generation - oldest + 1 }, (_, index) => ofGeneration(oldest + index))
      return (await Promise.all(generations)).flat().find((key) => key.kid === kid)
    },
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
