import { decodeProtectedHeader, jwtVerify } from 'jose'
import { bearerOf, json } from './responses.ts'
import type { World } from './world.ts'

/** An API that takes the provider's access tokens as RFC 9068 4 says, and answers who called. */
export async function callApi({ settings, keys }: World, request: Request): Promise<Response> {
  const token = bearerOf(request)
  if (!token) return unauthorized('Bearer')
  try {
    const key = await keys.named(decodeProtectedHeader(token).kid)
    if (!key) return unauthorized('Bearer error="invalid_token"')
    const { payload } = await jwtVerify(token, key.publicKey, {
      issuer: settings.issuer,
      audience: settings.api,
      typ: 'at+jwt',
      algorithms: [key.alg],
      currentDate: new Date(Date.now()),
    })
    return json({ sub: payload.sub, method: request.method, body: await request.text() })
  } catch {
    return unauthorized('Bearer error="invalid_token"')
  }
}

/** Refuses with a `WWW-Authenticate` challenge that a page may read (RFC 6750 3). */
export function unauthorized(challenge: string, status = 401): Response {
  const response = json({}, status)
  response.headers.set('www-authenticate', challenge)
  response.headers.set('access-control-expose-headers', 'www-authenticate')
  return response
}
