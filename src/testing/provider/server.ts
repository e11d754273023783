import { callApi } from './api.ts'
import { authorize } from './authorization-endpoint.ts'
import { discoveryDocument } from './discovery.ts'
import type { Endpoint } from './faults.ts'
import { json } from './responses.ts'
import { endSession, revoke } from './session-endpoints.ts'
import { exchange } from './token-endpoint.ts'
import { userInfo } from './userinfo-endpoint.ts'
import type { World } from './world.ts'

type Serve = (world: World, request: Request) => Response | Promise<Response>

const SERVE: Record<Endpoint, Serve> = {
  discovery: ({ settings }) => json(discoveryDocument(settings)),
  authorization: authorize,
  token: exchange,
  jwks: async ({ keys }) => json(await keys.keySet()),
  revocation: revoke,
  endSession,
  userInfo,
  api: callApi,
  elsewhere: () => json({ host: 'not ours' }),
}

const PATHS: Readonly<Record<string, Endpoint>> = {
  '/authorize': 'authorization',
  '/token': 'token',
  '/jwks': 'jwks',
  '/revoke': 'revocation',
  '/logout': 'endSession',
  '/userinfo': 'userInfo',
}

/** The whole provider and its API as one function, as a server would call it: nothing of a browser in it. */
export async function answer(world: World, request: Request): Promise<Response> {
  const endpoint = endpointOf(world, request.url)
  const fault = world.faults[endpoint].next()
  const normally = async () => SERVE[endpoint](world, request)
  return fault ? fault(request, normally) : normally()
}

export function endpointOf({ settings }: World, url: string): Endpoint {
  const { origin, pathname } = new URL(url)
  if (url === `${settings.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`) return 'discovery'
  const own = origin === settings.endpoints ? PATHS[pathname] : undefined
  if (own) return own
  return origin === new URL(settings.api).origin ? 'api' : 'elsewhere'
}
