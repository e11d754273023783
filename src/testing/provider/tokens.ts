import { base64url } from 'jose'
import type { Grant } from './grants.ts'
import type { SigningKey } from './signing-keys.ts'
import { signed } from './tampering.ts'
import { now, type World } from './world.ts'

/** RFC 9068 2. */
export async function accessToken({ settings, keys, secrets, grants }: World, grant: Grant): Promise<string> {
  const claims = {
    iss: settings.issuer,
    aud: settings.api,
    sub: grant.user.sub,
    client_id: settings.clientId,
    scope: grant.scope,
    iat: now(),
    exp: now() + settings.lifetime,
    jti: crypto.randomUUID(),
  }
  const token = secrets.add(String(await signed(claims, 'at+jwt', await keys.current())))
  grants.addAccessToken(token, grant, claims.exp)
  return token
}

/** OpenID Connect Core 2 and 12.2: a refreshed one has no nonce of its own. */
export async function idToken(world: World, grant: Grant, access: string, refreshed: boolean): Promise<unknown> {
  const { settings, keys, secrets } = world
  const key = await keys.current()
  const tampering = world.idToken.next()
  const claims = {
    ...grant.user,
    iss: settings.issuer,
    aud: settings.clientId,
    iat: now(),
    exp: now() + settings.lifetime,
    ...(!refreshed && { nonce: grant.nonce }),
    auth_time: grant.authTime,
    acr: grant.acr,
    at_hash: await leftHalfOfHash(access, hashOf(tampering?.signWith ?? key)),
  }
  const token = await signed(claims, 'JWT', key, tampering)
  if (typeof token === 'string') secrets.add(token)
  return token
}

/** The one of the signature (OpenID Connect Core 3.1.3.6). */
const hashOf = ({ alg }: SigningKey) => `SHA-${/^.S(\d{3})$/.exec(alg)?.[1] ?? 512}`

async function leftHalfOfHash(text: string, algorithm: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest(algorithm, new TextEncoder().encode(text)))
  return base64url.encode(hash.slice(0, hash.length / 2))
}
