import { unauthorized } from './api.ts'
import { bearerOf, json } from './responses.ts'
import type { World } from './world.ts'

/** OpenID Connect Core 5.3: what is known of the person whom the access token speaks of, while the grant stands. */
export function userInfo({ grants }: World, request: Request): Response {
  const token = bearerOf(request)
  if (!token) return unauthorized('Bearer')
  const grant = grants.grantOfAccessToken(token)
  return grant ? json(grant.user) : unauthorized('Bearer error="invalid_token"')
}
