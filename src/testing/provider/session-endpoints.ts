import { decodeProtectedHeader, jwtVerify } from 'jose'
import { json, oauthError, redirect } from './responses.ts'
import type { World } from './world.ts'

/** RFC 7009 2. */
export async function revoke({ grants, settings }: World, request: Request): Promise<Response> {
  const form = new URLSearchParams(await request.text())
  if (form.get('client_id') !== settings.clientId) return oauthError('invalid_client', 'unknown client', 401)
  grants.revoke(form.get('token') ?? '')
  return json({})
}

/** OpenID Connect RP-Initiated Logout 2 and 3. Without a hint the person would be asked whether to sign out; here they say yes. */
export async function endSession(world: World, request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url)
  const { settings } = world
  const back = searchParams.get('post_logout_redirect_uri') ?? ''
  const hint = searchParams.get('id_token_hint')
  if (hint === null && searchParams.get('client_id') !== settings.clientId)
    return oauthError('invalid_request', 'neither id_token_hint nor client_id')
  if (hint !== null && !(await isOurs(world, hint)))
    return oauthError('invalid_request', 'id_token_hint is none of ours')
  if (!settings.postLogoutRedirectUris.includes(back)) return oauthError('invalid_request', 'unknown redirect URI')
  world.user = undefined
  world.grants.revokeAll()
  const url = new URL(back)
  const state = searchParams.get('state')
  if (state) url.searchParams.append('state', world.secrets.add(state))
  return redirect(url)
}

async function isOurs({ settings, keys }: World, hint: string): Promise<boolean> {
  try {
    const key = await keys.named(decodeProtectedHeader(hint).kid, 'everUsed')
    if (!key) return false
    await jwtVerify(hint, key.publicKey, {
      issuer: settings.issuer,
      audience: settings.clientId,
      currentDate: new Date(0),
    })
    return true
  } catch {
    return false
  }
}
