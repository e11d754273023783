import { AuthError } from '../contract/auth-error.ts'
import type { AuthState } from '../contract/auth-state.ts'
import type { Client, Vault } from '../contract/vault.ts'
import { observable } from '../observable.ts'
import { createProvider } from '../provider/create-provider.ts'
import type { Settings } from '../provider/settings.ts'
import { checkApiRequest } from './api-urls.ts'
import { createAuthorizedFetch } from './authorized-fetch.ts'
import type { Home } from './home.ts'
import type { KeepTokens } from './kept-session.ts'
import { createPendingLogins } from './pending-logins.ts'
import type { Arrived } from './session.ts'
import { createSessionKeeper } from './session-keeper.ts'
import { createSessionMark } from './session-mark.ts'
import { createSilentRenewal } from './silent-renewal.ts'

/** Wherever it lives, its closures are all that holds the tokens. */
export function createVault(settings: Settings, home: Home): Vault {
  const life = new AbortController()
  const { clientId, issuer, redirectUri, restore } = settings
  const client: Client = { clientId, issuer, redirectUri, restore, home: home.kind }
  const name = `${clientId} ${issuer}`
  const pendingLogins = createPendingLogins(home.shelf(`latchkey login ${name} `))
  const provider = createProvider(settings, home.shelf('latchkey metadata '), life.signal)
  const state = observable<AuthState>(Object.freeze({ status: 'signed-out' }))
  const shared = home.shared(`latchkey session ${name}`)
  const renew = createSilentRenewal(provider, restore, home.seldom, (url) =>
    home.frame(url, settings.timeout, life.signal),
  )
  const keepSession = settings.keepSession as KeepTokens | undefined
  const kept = keepSession?.({ settings, renew, mark: shared.read, gone: life.signal })
  const unwanted = (tokens: Arrived) => {
    // What is kept belongs to every tab.
    if (!tokens.received) void provider.revoke(tokens)
  }
  const keeper = createSessionKeeper(state, { renew: kept?.renew ?? renew, unwanted, patience: settings.patience })
  const authorizedFetch = createAuthorizedFetch(settings.fetch, keeper, home.seldom)

  const mark = createSessionMark(shared)
  const lookAround = () => {
    const tokens = mark.isOver() && keeper.end(signedOutElsewhere())
    if (tokens) void provider.revoke(tokens)
  }
  const isSignedIn = () => state.get().status === 'signed-in'
  let farewells = 0
  let isListening = false
  const forget = () => {
    farewells += 1
    return keeper.end()
  }
  const begin = async (tokens: Arrived, before: number) => {
    await mark.join(tokens.claims.sub)
    if (!isListening) shared.onChange(lookAround, life.signal)
    isListening = true
    const isLate = () => farewells !== before
    const arrived = (tokens.received || isLate() ? undefined : await kept?.save(tokens)) ?? tokens
    if (!isLate()) return keeper.begin(arrived)
    // Signed out while the answer was on its way: it signs nobody in.
    unwanted(arrived)
    const left = await kept?.take()
    if (left) void provider.revoke(left)
  }

  return {
    get state() {
      return state.get()
    },
    client,
    subscribe: state.subscribe,
    async connect() {
      const before = farewells
      const tokens = isSignedIn() ? undefined : await kept?.load()
      if (tokens && !isSignedIn()) await begin(tokens, before)
      return client
    },

    async beginLogin(request) {
      const { url, pending } = await provider.authorize(request)
      if (request.parameters?.prompt === 'none') await provider.reach()
      if (!life.signal.aborted) await pendingLogins.put(pending)
      return { url, state: pending.state }
    },

    async redeemLogin(query) {
      const pending = await pendingLogins.take(new URLSearchParams(query).get('state') ?? '')
      const before = farewells
      const tokens = await provider.redeem(query, pending, Date.now() / 1000)
      await begin(tokens, before)
    },

    async fetch(request, repeatable) {
      checkApiRequest(settings.apis, request)
      lookAround()
      return authorizedFetch(request, repeatable)
    },

    async userInfo() {
      lookAround()
      await keeper.pass()
      const { askUserInfo } = await home.seldom()
      return askUserInfo(provider, authorizedFetch, settings.timeout, life.signal, state.get, keeper.over)
    },

    async accessToken(url) {
      lookAround()
      return (await home.seldom()).bareToken(settings, url, keeper.pass)
    },

    async logout() {
      const held = forget()
      if (held) mark.end()
      const tokens = (await kept?.take()) ?? held
      if (!tokens) return undefined
      if (!held) mark.end()
      // Not waited for: it goes on while the page leaves, and a provider that does not answer holds nobody up.
      void provider.revoke(tokens)
      // The page would learn the ID token from the hint: it is to learn none where the vault is elsewhere.
      return provider.endSession(home.kind === 'page' ? tokens.idToken : undefined)
    },

    wake() {
      pendingLogins.sweep()
      lookAround()
      keeper.wake()
    },
    dispose() {
      forget()
      life.abort()
    },
  }
}

const signedOutElsewhere = () => new AuthError('login_required', 'The session was ended in another tab. Call login().')
