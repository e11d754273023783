import { base64url } from 'jose'
import type { Grant } from './grants.ts'
import { json, oauthError } from './responses.ts'
import { accessToken, idToken } from './tokens.ts'
import type { World } from './world.ts'

/** RFC 6749 4.1.3, 5 and 6, RFC 7636 4.6, for a public client. */
export async function exchange(world: World, request: Request): Promise<Response> {
  const form = new URLSearchParams(await request.text())
  for (const name of ['code', 'code_verifier', 'refresh_token']) world.secrets.add(form.get(name) ?? '')
  const problem = problemWith(world, request, form)
  if (problem) return oauthError('invalid_request', problem)
  if (form.get('client_id') !== world.settings.clientId) return oauthError('invalid_client', 'unknown client', 401)
  const grant = await grantOf(world, form)
  if (!grant) return oauthError('invalid_grant', 'unknown, used, revoked or not yours')
  return json(await tokens(world, grant, form.get('grant_type') === 'refresh_token'))
}

function problemWith(world: World, request: Request, form: URLSearchParams): string | undefined {
  if (request.method !== 'POST') return 'not a POST'
  if (!request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')) return 'not a form'
  if (request.headers.has('authorization') || form.has('client_secret')) return 'a public client has no secret'
  const names = [...form.keys()].filter((name) => name !== 'resource')
  if (new Set(names).size !== names.length) return 'a parameter is repeated'
  return form.getAll('resource').every((resource) => resource === world.settings.api) ? undefined : 'unknown resource'
}

async function grantOf({ grants, settings }: World, form: URLSearchParams): Promise<Grant | undefined> {
  if (form.get('grant_type') === 'refresh_token')
    return grants.takeRefreshToken(form.get('refresh_token') ?? '', settings.refreshTokens === 'kept')
  const grant = grants.takeCode(form.get('code') ?? '')
  const verifier = new TextEncoder().encode(form.get('code_verifier') ?? '')
  const challenge = base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', verifier)))
  const right = grant?.challenge === challenge && grant.redirectUri === form.get('redirect_uri')
  return right && /^[\w.~-]{43,128}$/.test(form.get('code_verifier') ?? '') ? grant : undefined
}

async function tokens(world: World, grant: Grant, refreshed: boolean) {
  const { lifetime, refreshTokens } = world.settings
  const access_token = await accessToken(world, grant)
  const renewed = refreshTokens === 'strict' || (refreshTokens === 'kept' && !refreshed)
  return {
    access_token,
    token_type: 'Bearer',
    expires_in: lifetime,
    scope: grant.scope,
    id_token: await idToken(world, grant, access_token, refreshed),
    ...(renewed && { refresh_token: world.grants.newRefreshToken(grant) }),
  }
}
