import { jwtVerify } from 'jose'
import { json } from './responses.ts'
import type { World } from './world.ts'

/** An API that takes the provider's access tokens as RFC 9068 4 says, and answers who called. */
export async function callApi({ settings, keys }: World, request: Request): Promise<Response> {
  const [, token] = /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '') ?? []
  if (!token) return unauthorized('Bearer')
  const { publicKey } = await keys.current()
  try {
    const { payload } = await jwtVerify(token, publicKey, {
      issuer: settings.issuer,
      audience: settings.api,
      typ: 'at+jwt',
      algorithms: [settings.algorithm],
      currentDate: new Date(Date.now()),
    })
    return json({ sub: payload.sub, method: request.method, body: await request.text() })
  } catch {
    return unauthorized('Bearer error="invalid_token"')
  }
}

export function unauthorized(challenge: string, status = 401): Response {
  const response = json({}, status)
  response.headers.set('www-authenticate', challenge)
  response.headers.set('access-control-expose-headers', 'www-authenticate')
  return response
}
