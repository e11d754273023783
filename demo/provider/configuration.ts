import { type Client, type Context, errors } from 'oidc-provider'
import { PASSWORD_ACR } from './login.ts'
import { loggedOut, logOut } from './logout.ts'
import { createMemory } from './memory.ts'
import { errorPage } from './pages.ts'
import { claimsOf, personOf } from './people.ts'
import { createSigningKey } from './signing-key.ts'

export interface ProviderOptions {
  readonly appOrigins: readonly string[]
  /** The API's identifier: the `resource` of RFC 8707 and the `aud` of its tokens. */
  readonly apiUrl: string
  readonly accessTokenSeconds: number
}

const PAGES = ['/', '/vue.html']
const IDENTITY_SCOPES = 'openid profile email offline_access'
const API_SCOPES = 'notes:read notes:write'
const HOUR = 60 * 60

export async function configurationFor({ appOrigins, apiUrl, accessTokenSeconds }: ProviderOptions) {
  const appUrl = `${appOrigins[0]}/`
  const app = {
    client_name: 'Notes',
    token_endpoint_auth_method: 'none',
    redirect_uris: appOrigins.flatMap((origin) => PAGES.map((path) => origin + path)),
    post_logout_redirect_uris: appOrigins.flatMap((origin) => PAGES.map((path) => origin + path)),
  }
  const jwks = { keys: [await createSigningKey()] }
  return (issuer: string) => ({
    adapter: createMemory(),
    jwks,
    clients: [
      { ...app, client_id: 'notes-spa', grant_types: ['authorization_code', 'refresh_token'] },
      { ...app, client_id: 'notes-spa-frames', grant_types: ['authorization_code'] },
    ],
    responseTypes: ['code'],
    clientAuthMethods: ['none'],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    clientBasedCORS: (_context: Context, origin: string) => appOrigins.includes(origin),
    pkce: { required: () => true },
    acrValues: [PASSWORD_ACR],
    claims: {
      profile: ['name', 'given_name', 'family_name', 'preferred_username'],
      email: ['email', 'email_verified'],
    },
    // The name belongs in the ID token: nothing else tells the app who has come.
    conformIdTokenClaims: false,
    findAccount: (_context: Context, id: string) => {
      const person = personOf(id)
      return person && { accountId: id, claims: () => claimsOf(person) }
    },
    extraTokenClaims: (context: Context) => {
      const { AuthorizationCode, RefreshToken } = context.oidc?.entities ?? {}
      const { authTime: auth_time, acr } = AuthorizationCode ?? RefreshToken ?? {}
      return { auth_time, acr }
    },
    // offline_access without prompt=consent is taken out of the scope, so it cannot decide (OpenID Connect Core 11).
    issueRefreshToken: (_context: Context, client: Client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    // Each tab has a login of its own: a second one must not take the refresh token of the first away.
    expiresWithSession: () => false,
    loadExistingGrant: (context: Context) => grantEverything(context, apiUrl),
    interactions: { url: (_context: Context, { uid }: { readonly uid: string }) => `/interaction/${uid}` },
    renderError: (context: Context, { error, error_description }: Record<string, string>) => {
      context.type = 'html'
      context.body = errorPage({
        title: 'That did not work',
        words: error_description ?? '',
        code: error ?? '',
        appUrl,
      })
    },
    features: {
      devInteractions: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      userinfo: { enabled: false },
      revocation: {
        enabled: true,
        allowedPolicy: (_context: Context, client: Client, token: { readonly clientId?: string }) =>
          token.clientId === client.clientId,
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: logOut,
        postLogoutSuccessSource: (context: Context) => loggedOut(context, appUrl),
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => apiUrl,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context: Context, resource: string) => {
          if (resource !== apiUrl) throw new errors.InvalidTarget()
          return { audience: apiUrl, scope: API_SCOPES, accessTokenFormat: 'jwt', accessTokenTTL: accessTokenSeconds }
        },
      },
    },
    cookies: { names: cookieNamesFor(issuer) },
    ttl: {
      AccessToken: accessTokenSeconds,
      AuthorizationCode: 60,
      IdToken: HOUR,
      Interaction: HOUR,
      Session: 14 * 24 * HOUR,
      Grant: 14 * 24 * HOUR,
      // A rotated token does not live longer than the first of its family would have (RFC 9700 section 4.14.2).
      RefreshToken: (context: Context) => context.oidc?.entities.RotatedRefreshToken?.remainingTTL ?? 8 * HOUR,
    },
  })
}

/** Browsers send the cookies of `localhost` to each of its ports: the names keep two providers apart. */
function cookieNamesFor(issuer: string) {
  const { port } = new URL(issuer)
  return Object.fromEntries(['session', 'interaction', 'resume'].map((kind) => [kind, `demo_id_${kind}_${port}`]))
}

/** Both apps are the house's own: nobody is asked what they may do. Each login is a family of tokens of its own. */
async function grantEverything({ oidc }: Context, apiUrl: string) {
  if (!oidc?.account || !oidc.client) return undefined
  const grant = new oidc.provider.Grant({ accountId: oidc.account.accountId, clientId: oidc.client.clientId })
  grant.addOIDCScope(IDENTITY_SCOPES)
  grant.addResourceScope(apiUrl, API_SCOPES)
  await grant.save()
  return grant
}
