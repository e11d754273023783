import { jwtVerify } from 'jose'
import { json, oauthError, redirect } from './responses.ts'
import type { World } from './world.ts'

/** RFC 7009 2. */
export async function revoke({ grants, settings }: World, request: Request): Promise<Response> {
  const form = new URLSearchParams(await request.text())
  if (form.get('client_id') !== settings.clientId) return oauthError('invalid_client', 'unknown client', 401)
  grants.revoke(form.get('token') ?? '')
  return json({})
}

/** OpenID Connect RP-Initiated Logout 2 and 3. */
export async function endSession(world: World, request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url)
  const { settings, keys } = world
  const back = searchParams.get('post_logout_redirect_uri') ?? ''
  const { publicKey } = await keys.current()
  try {
    await jwtVerify(searchParams.get('id_token_hint') ?? '', publicKey, {
      issuer: settings.issuer,
      audience: settings.clientId,
      currentDate: new Date(0),
    })
  } catch {
    return oauthError('invalid_request', 'id_token_hint is none of ours')
  }
  if (!settings.postLogoutRedirectUris.includes(back)) return oauthError('invalid_request', 'unknown redirect URI')
  world.user = undefined
  world.grants.revokeAll()
  return redirect(new URL(back))
}
