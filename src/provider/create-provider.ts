import type { Farewell, LoginRequest } from '../contract/vault.ts'
import type { SlowShelf } from '../shelf.ts'
import { createAuthorization, type PendingAuthorization } from './authorization-url.ts'
import { createDiscovery } from './discover.ts'
import { randomText } from './encoding.ts'
import { createHttp } from './http.ts'
import type { Settings } from './settings.ts'
import { createSigningKeys } from './signing-keys.ts'
import { createTokenEndpoint, type TokenSet } from './tokens.ts'
import { withQuery } from './with-query.ts'

/** One OpenID provider, as one client sees it. Whatever it rejects with is an `AuthError` without a secret in it. */
export interface Provider {
  readonly authorize: (asked: LoginRequest) => Promise<{ url: string; pending: PendingAuthorization }>
  /** `now`, in seconds since 1970, if this device's clock is to be judged: at a login. A renewal is not to fail by it. */
  readonly redeem: (query: string, pending: PendingAuthorization, now?: number) => Promise<TokenSet>
  readonly refresh: (before: TokenSet, rotated: (refreshToken: string) => void) => Promise<TokenSet>
  /** Rejects where the provider cannot be reached, or another answers in its place. */
  readonly reach: () => Promise<unknown>
  /** RFC 7009. Ends what can be ended at the provider; resolves also where that fails. */
  readonly revoke: (tokens: TokenSet) => Promise<void>
  /** Where the provider signs the person out (OpenID Connect RP-Initiated Logout 2), if it can; without the hint it may ask the person. */
  readonly endSession: (idTokenHint: string | undefined) => Promise<Farewell | undefined>
  /** Its description of itself, fetched once. */
  readonly server: ReturnType<typeof createDiscovery>
}

export function createProvider(settings: Settings, cache: SlowShelf, gone: AbortSignal): Provider {
  const http = createHttp(settings.fetch, settings.timeout, gone)
  const server = createDiscovery(settings, http, cache)
  const keys = createSigningKeys(http)
  const tokenEndpoint = createTokenEndpoint(settings, http, keys)
  return {
    server,

    authorize: async (asked) => createAuthorization(settings, await server(), asked),
    redeem: async (query, pending, now) => tokenEndpoint.redeem(await server(), query, pending, now),
    refresh: async (before, rotated) => tokenEndpoint.refresh(await server(), before, rotated),

    reach: async () => keys.read(await server()),

    async revoke({ refreshToken, accessToken }) {
      const form = new URLSearchParams({
        token: refreshToken ?? accessToken,
        token_type_hint: refreshToken ? 'refresh_token' : 'access_token',
        client_id: settings.clientId,
      })
      try {
        const { revocation_endpoint: url } = await server()
        if (url) await http(url, form)
      } catch {
        // Forgotten here already: an unreachable provider must not keep anybody signed in.
      }
    },

    async endSession(id_token_hint) {
      const { end_session_endpoint: endpoint } = await server()
      if (!endpoint) return undefined
      const { clientId: client_id, postLogoutRedirectUri: post_logout_redirect_uri } = settings
      const state = randomText()
      return {
        url: withQuery(endpoint, { id_token_hint: id_token_hint ?? [], client_id, post_logout_redirect_uri, state }),
        state,
      }
    },
  }
}
