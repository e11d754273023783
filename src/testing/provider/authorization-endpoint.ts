import { json, redirect } from './responses.ts'
import { now, type World } from './world.ts'

const MAY_REPEAT = ['resource']

/** RFC 6749 4.1.1 and 4.1.2, RFC 7636 4.3, RFC 9207, OpenID Connect Core 3.1.2: answers for whoever is signed in. */
export function authorize(world: World, request: Request): Response {
  const { searchParams } = new URL(request.url)
  const asked = Object.fromEntries(searchParams)
  const { clientId, redirectUris } = world.settings
  if (asked.client_id !== clientId || !redirectUris.includes(asked.redirect_uri ?? ''))
    return json({ error: 'invalid_request', error_description: 'unknown client or redirect URI' }, 400)

  const back = (parameters: Record<string, string>) => {
    const url = new URL(asked.redirect_uri ?? '')
    const answer = { ...parameters, ...(asked.state && { state: asked.state }), iss: world.settings.issuer }
    for (const [name, value] of Object.entries(answer)) url.searchParams.append(name, value)
    return redirect(url)
  }
  const problem = problemWith(searchParams)
  if (problem) return back({ error: 'invalid_request', error_description: problem })
  if (asked.prompt === 'none' && !world.user) return back({ error: 'login_required' })
  if (!world.user) return back({ error: 'access_denied', error_description: 'The person went away' })
  if (asked.prompt === 'login' || Number(asked.max_age ?? Infinity) < now() - world.signedInAt) world.signedInAt = now()

  for (const name of ['state', 'nonce']) world.secrets.add(asked[name] ?? '')
  const code = world.grants.newCode({
    user: world.user,
    scope: asked.scope ?? '',
    resource: searchParams.getAll('resource'),
    redirectUri: asked.redirect_uri ?? '',
    challenge: asked.code_challenge ?? '',
    nonce: asked.nonce,
    authTime: asked.max_age === undefined ? undefined : world.signedInAt,
    acr: asked.acr_values?.split(' ')[0],
    revoked: false,
  })
  return back({ code })
}

function problemWith(parameters: URLSearchParams): string | undefined {
  const names = [...parameters.keys()]
  const repeated = names.find((name, index) => names.indexOf(name) !== index && !MAY_REPEAT.includes(name))
  if (repeated) return `${repeated} is repeated`
  if (parameters.get('response_type') !== 'code') return 'response_type is not code'
  if (!(parameters.get('scope') ?? '').split(' ').includes('openid')) return 'scope lacks openid'
  if (parameters.get('code_challenge_method') !== 'S256') return 'code_challenge_method is not S256'
  if (!/^[\w-]{43}$/.test(parameters.get('code_challenge') ?? '')) return 'code_challenge is no SHA-256'
  if (parameters.getAll('resource').some((resource) => !URL.canParse(resource) || resource.includes('#')))
    return 'resource is no absolute URI'
  return undefined
}
