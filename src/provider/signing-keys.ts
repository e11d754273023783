import { AuthError } from '../contract/auth-error.ts'
import { ownProperties } from '../own-properties.ts'
import type { Server } from './discover.ts'
import type { Http } from './http.ts'
import { isSignedByOneOf } from './signature.ts'

export interface SigningKeys {
  readonly read: (server: Server) => Promise<readonly JsonWebKey[]>
  /** Starts to fetch the keys, so that they arrive beside the token response and not after it. */
  readonly prefetch: (server: Server) => void
  /** Whether the provider signed this JWT. */
  readonly signed: (server: Server, jwt: string) => Promise<boolean>
}

/**
 * The provider's public keys, read once (OpenID Connect Core 10.1.1). When they fail they are read once more: so a key that
 * was rotated seconds ago is found, one bad answer loses no login, and a key that is nowhere costs two reads.
 */
export function createSigningKeys(http: Http): SigningKeys {
  let keys: Promise<readonly JsonWebKey[]> | undefined

  const read = ({ jwks_uri }: Server) => {
    const reading = http(jwks_uri).then(({ status, json }) => {
      const list = json?.keys
      if (status !== 200 || !Array.isArray(list))
        throw new AuthError('provider_invalid', 'The provider has no JWK Set.')
      return list.filter((key) => typeof key === 'object' && key).map(ownProperties)
    })
    const before = keys
    keys = reading
    // Better the keys of before than none.
    reading.catch(() => {
      keys = before
    })
    return reading
  }

  return {
    read,
    prefetch(server) {
      keys ?? read(server)
    },
    async signed(server, jwt) {
      const known = await keys?.catch(() => undefined)
      if (known && (await isSignedByOneOf(known, jwt))) return true
      return isSignedByOneOf(await read(server), jwt)
    },
  }
}
