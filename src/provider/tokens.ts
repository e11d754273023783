import { AuthError } from '../contract/auth-error.ts'
import type { User } from '../contract/auth-state.ts'
import { codeOf } from './authorization-response.ts'
import type { PendingAuthorization } from './authorization-url.ts'
import type { Server } from './discover.ts'
import type { Http } from './http.ts'
import { type Claims, checkAnswers, checkContinuity, checkedClaims, refused, userJsonOf, userOf } from './id-token.ts'
import type { Settings } from './settings.ts'
import type { SigningKeys } from './signing-keys.ts'
import { readTokenResponse, type TokenResponse } from './token-response.ts'

/** What one token response brought, validated. */
export interface TokenSet extends TokenResponse {
  readonly idToken: string
  /** As they were at the login: what later ID tokens are compared with. */
  readonly claims: Claims
  readonly user: User
  /** The user as text: whether two are the same. */
  readonly userJson: string
  /** Granted, separated by spaces. */
  readonly scope: string
}

export interface TokenEndpoint {
  /** Exchanges the code of a callback (RFC 6749 4.1.3, RFC 7636 4.5). */
  readonly redeem: (server: Server, query: string, pending: PendingAuthorization, now?: number) => Promise<TokenSet>
  /** RFC 6749 section 6. `rotated` hears of a new refresh token as soon as it arrives: the old one is spent by then. */
  readonly refresh: (server: Server, before: TokenSet, rotated: (refreshToken: string) => void) => Promise<TokenSet>
}

export function createTokenEndpoint(settings: Settings, http: Http, keys: SigningKeys): TokenEndpoint {
  const ask = (server: Server, grant: Record<string, string>) => {
    const form = new URLSearchParams({ ...grant, client_id: settings.clientId })
    for (const resource of settings.resources) form.append('resource', resource)
    return http(server.token_endpoint, form)
  }

  /** The parts of an ID token that are checked the same way at a login and at a refresh. */
  const identityIn = async (server: Server, idToken: string, accessToken: string, now?: number) => {
    try {
      const claims = await checkedClaims(idToken, accessToken, server, settings, now)
      if (!(await keys.signed(server, idToken))) throw refused('no key of the provider verifies its signature')
      const userJson = userJsonOf(claims)
      return { idToken, claims, userJson, user: userOf(userJson) }
    } catch (error) {
      // What a parser says may quote the token.
      throw error instanceof AuthError ? error : refused('it cannot be read')
    }
  }

  return {
    async redeem(server, query, pending, now) {
      const code = codeOf(server, query, pending)
      keys.prefetch(server)
      const answer = await ask(server, {
        grant_type: 'authorization_code',
        code,
        redirect_uri: settings.redirectUri,
        code_verifier: pending.verifier,
      })
      const response = readTokenResponse(answer, [code, `${pending.verifier}`, pending.state])
      if (!response.idToken) throw refused('it is missing')
      const identity = await identityIn(server, response.idToken, response.accessToken, now)
      checkAnswers(identity.claims, pending, settings)
      return { ...response, scope: response.scope ?? `${pending.scope}`, ...identity }
    },

    async refresh(server, before, rotated) {
      const { refreshToken: refresh_token = '' } = before
      const answer = await ask(server, { grant_type: 'refresh_token', refresh_token })
      const response = readTokenResponse(answer, [refresh_token], rotated)
      const { accessToken, refreshToken = refresh_token, scope = before.scope, lifetime, idToken } = response
      const tokens = { ...before, accessToken, refreshToken, scope, lifetime }
      if (!idToken) return tokens
      const { claims, ...identity } = await identityIn(server, idToken, accessToken)
      checkContinuity(before.claims, claims)
      return { ...tokens, ...identity }
    },
  }
}
