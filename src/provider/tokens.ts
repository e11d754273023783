import {
  clockTolerance,
  getValidatedIdTokenClaims,
  type IDToken,
  processGenericTokenEndpointResponse,
  type TokenEndpointResponse,
} from 'oauth4webapi'
import { AuthError } from '../contract/auth-error.ts'
import type { User } from '../contract/auth-state.ts'
import { codeOf } from './authorization-response.ts'
import type { PendingAuthorization } from './authorization-url.ts'
import type { Server } from './discover.ts'
import type { Http } from './http.ts'
import { checkAnswers, checkContinuity, checkIdToken, refused, userOf } from './id-token.ts'
import type { Settings } from './settings.ts'
import type { SigningKeys } from './signing-keys.ts'
import { providerError, translateError } from './translate-error.ts'

// Beyond it no date can be told.
const MANY_YEARS = 1e9

/** What one token response brought, validated. */
export interface TokenSet {
  readonly accessToken: string
  readonly refreshToken: string | undefined
  readonly idToken: string
  readonly claims: IDToken
  readonly user: User
  /** The user as text: whether two are the same, and proof that the claims are not nested without end. */
  readonly userJson: string
  readonly scope: readonly string[]
  /** Seconds, as the provider counted them when it answered. */
  readonly lifetime: number | undefined
}

export interface TokenEndpoint {
  /** Exchanges the code of a callback (RFC 6749 4.1.3, RFC 7636 4.5). */
  readonly redeem: (server: Server, query: string, pending: PendingAuthorization) => Promise<TokenSet>
  /** RFC 6749 section 6. `rotated` hears of a new refresh token as soon as it arrives: the old one is spent by then. */
  readonly refresh: (server: Server, before: TokenSet, rotated: (refreshToken: string) => void) => Promise<TokenSet>
}

export function createTokenEndpoint(settings: Settings, http: Http, keys: SigningKeys): TokenEndpoint {
  const client = { client_id: settings.clientId, [clockTolerance]: settings.clockTolerance }

  /** Asks for tokens. oauth4webapi reads the answer: its shape, and the claims of the ID token in it. */
  const ask = async (server: Server, grant: Record<string, string>): Promise<TokenEndpointResponse> => {
    const form = new URLSearchParams({ ...grant, client_id: settings.clientId })
    for (const resource of settings.resources) form.append('resource', resource)
    const { status, json } = await http(server.token_endpoint, form)
    const body = { ...(json as Record<string, unknown>) }
    // Gateways have errors of their own, "Not Found" and the like: they say nothing about the grant.
    const { error } = body
    if (status !== 200)
      throw typeof error === 'string' && /^[a-z]+_[a-z_]+$/.test(error)
        ? providerError(error, body.error_description)
        : unusable()
    return processGenericTokenEndpointResponse(server, client, Response.json(checked(body)))
  }

  const accept = async (server: Server, body: TokenEndpointResponse, before?: TokenSet): Promise<TokenSet> => {
    const claims = getValidatedIdTokenClaims(body) ?? before?.claims
    const idToken = body.id_token ?? before?.idToken
    if (!claims || !idToken) throw refused('it is missing')
    if (body.id_token) {
      await checkIdToken(idToken, claims, body.access_token, settings)
      if (!(await keys.signed(server, idToken))) throw refused('no key of the provider verifies its signature')
    }
    const user = userOf(claims)
    return {
      accessToken: body.access_token,
      refreshToken: body.refresh_token ?? before?.refreshToken,
      idToken,
      claims,
      user,
      userJson: JSON.stringify(user),
      scope: body.scope?.split(' ').filter(Boolean) ?? before?.scope ?? settings.scope,
      lifetime: body.expires_in === undefined ? undefined : Math.min(body.expires_in, MANY_YEARS),
    }
  }

  return {
    redeem: (server, query, pending) =>
      translating(async () => {
        const code = codeOf(server, query, pending)
        keys.prefetch(server)
        const body = await ask(server, {
          grant_type: 'authorization_code',
          code,
          redirect_uri: settings.redirectUri,
          code_verifier: pending.verifier,
        })
        const tokens = await accept(server, body)
        checkAnswers(tokens.claims, pending)
        return tokens
      }),

    refresh: (server, before, rotated) =>
      translating(async () => {
        const { refreshToken: refresh_token = '' } = before
        const body = await ask(server, { grant_type: 'refresh_token', refresh_token })
        if (body.refresh_token) rotated(body.refresh_token)
        const tokens = await accept(server, body, before)
        checkContinuity(before.claims, tokens.claims)
        return tokens
      }),
  }
}

async function translating<Result>(step: () => Promise<Result>): Promise<Result> {
  try {
    return await step()
  } catch (error) {
    throw translateError(error)
  }
}

/** What oauth4webapi would let pass, or would refuse where there is no need (RFC 6749 5.1). */
function checked(body: Record<string, unknown>): Record<string, unknown> {
  for (const name of ['refresh_token', 'id_token', 'expires_in']) if ((body[name] ?? '') === '') delete body[name]
  const { access_token, token_type, id_token } = body
  if ('error' in body || !/^[\x21-\x7e]+$/.test(String(access_token)) || !/^bearer$/i.test(String(token_type)))
    throw unusable()
  if (id_token !== undefined && !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(String(id_token))) throw refused('it is no signed JWT')
  return body
}

const unusable = () => new AuthError('provider_invalid', 'The token response holds no usable Bearer token.')
