import * as oauth from 'oauth4webapi'
import { PASSWORD } from '../provider/people.ts'
import type { Servers } from '../servers.ts'

const NO_TLS = { [oauth.allowInsecureRequests]: true }

/** Ada at the demo's own provider, through a client that is not ours: its pages are visited, its forms are filled in. */
export async function signIn({ provider, api }: Servers, redirectUri: string, keys?: CryptoKeyPair) {
  const issuer = new URL(provider.url)
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, NO_TLS))
  const client: oauth.Client = { client_id: 'notes-spa' }
  const DPoP = keys && oauth.DPoP(client, keys)
  const options = { ...NO_TLS, ...(DPoP && { DPoP }) }
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const request = new URL(server.authorization_endpoint ?? '')
  request.search = `${new URLSearchParams({
    client_id: client.client_id,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid notes:read notes:write',
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })}`
  const callback = oauth.validateAuthResponse(server, client, await authorize(request, redirectUri), state)
  const auth = oauth.None()
  const tokens = await oauth.processAuthorizationCodeResponse(
    server,
    client,
    await oauth.authorizationCodeGrantRequest(server, client, auth, callback, redirectUri, verifier, options),
  )
  return {
    tokens,
    notes: () =>
      oauth.protectedResourceRequest(tokens.access_token, 'GET', new URL('notes', api.url), undefined, null, options),
    refresh: () => oauth.refreshTokenGrantRequest(server, client, auth, tokens.refresh_token ?? '', options),
    revoke: (token: string) => oauth.revocationRequest(server, client, auth, token, NO_TLS),
  }
}

/** What a browser does between the request and the callback. */
async function authorize(request: URL, redirectUri: string): Promise<URL> {
  const cookies = new Map<string, string>()
  let url = request
  let body: URLSearchParams | undefined
  for (let step = 0; !url.href.startsWith(redirectUri); step++) {
    if (step === 10) throw new Error(`The sign-in does not end: ${url.origin}${url.pathname}`)
    const Cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
    const init = body ? { method: 'POST', body } : {}
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { Cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('Location')
    body = location === null ? new URLSearchParams({ username: 'ada', password: PASSWORD }) : undefined
    url = new URL(location ?? '', url)
  }
  return url
}
