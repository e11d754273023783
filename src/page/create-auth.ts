import type { Auth, LoginOptions, LogoutResult } from '../contract/auth.ts'
import { AuthError } from '../contract/auth-error.ts'
import type { AuthState } from '../contract/auth-state.ts'
import type { Vault } from '../contract/vault.ts'
import { observable } from '../observable.ts'
import { ownProperties } from '../own-properties.ts'
import { isOwnUrl } from '../own-url.ts'
import { createShelf } from '../shelf.ts'
import type { Page } from './browser-page.ts'
import { takeCallback } from './callback.ts'
import { createLoopGuard } from './loop-guard.ts'
import { toRequest } from './to-request.ts'

// Long enough to be on the way; a person who stopped it can sign in again after that.
const TEN_SECONDS = 10_000

/** What of the settings a page has to know. */
export interface Client {
  readonly clientId: string
  readonly issuer: string
  readonly redirectUri: string
}

/** What an app holds, over a vault wherever that lives. Knows who is signed in; never sees a token. */
export function createPageAuth(vault: Vault, page: Page, { clientId, issuer, redirectUri }: Client): Auth {
  const shelf = (name: string) => createShelf(page.storage, `latchkey ${name} ${clientId} ${issuer} `)
  // Where to go after each login under way. Being here is what binds a callback to this tab.
  const returns = shelf('return')
  const farewells = shelf('farewell')
  const loopGuard = createLoopGuard(shelf('automatic'))
  // What the page itself has to say; `undefined` once the vault speaks.
  const own = observable<AuthState | undefined>(Object.freeze({ status: 'loading' }))
  const state = () => own.get() ?? vault.state
  const stopFollowing = vault.subscribe(() => own.get()?.status !== 'loading' && own.set(undefined))
  const life = new AbortController()
  let starting: Promise<AuthState> | undefined
  let leaving: Promise<void> | undefined
  let signingOut: Promise<LogoutResult> | undefined
  let leftForGoodAt = 0

  const start = async () => {
    if (!page.exists()) return state()
    const prerendered = page.shown(life.signal)
    if (prerendered) await prerendered
    if (life.signal.aborted) return state()
    page.onWake((how) => {
      if (how === 'revived') signingOut = undefined
      wake()
    }, life.signal)
    const query = takeCallback(page, returns, farewells, redirectUri)
    let reason: AuthError | undefined
    if (query === undefined) wake()
    else
      await vault.redeemLogin(query).catch((error: AuthError) => {
        reason = error
      })
    if (life.signal.aborted) return state()
    if (vault.state.status === 'signed-in') loopGuard.reset()
    own.set(reason && vault.state.status === 'signed-out' ? Object.freeze({ status: 'signed-out', reason }) : undefined)
    return state()
  }

  const startOnce = () => (starting ??= start())

  const wake = () => {
    returns.sweep()
    vault.wake()
  }

  const onlyInBrowsers = () => {
    if (!page.exists()) throw new AuthError('configuration', 'No browser here.')
  }

  const leaveForLogin = async (options: LoginOptions) => {
    onlyInBrowsers()
    // Asked before anything is waited for: a click does not count for long.
    const isAskedFor = page.isActive()
    // A callback is finished first: its code must not become a place to return to.
    await startOnce()
    const { returnTo = page.url(), parameters, stepUp } = ownProperties(options)
    if (!isOwnUrl(returnTo, page.url()))
      throw new AuthError('configuration', '`returnTo` must be a URL of this origin.')
    if (page.isFramedByStranger()) throw new AuthError('configuration', 'No login in a frame of another site.')
    const target = new URL(returnTo, page.url()).href
    if (!isAskedFor) loopGuard.check()
    const login = await vault.beginLogin({ parameters, stepUp })
    if (life.signal.aborted) return
    returns.put(login.state, target)
    // An app that answers a sign-out with a login must not overtake the way to the provider's logout.
    if (onTheWayOut()) return
    if (!isAskedFor) loopGuard.count()
    page.leave(login.url)
  }

  const onTheWayOut = () => (performance.now() - leftForGoodAt < TEN_SECONDS ? signingOut : undefined)

  const leaveForGood = async (): Promise<LogoutResult> => {
    leftForGoodAt = performance.now()
    const farewell = await vault.logout()
    if (!farewell) {
      signingOut = undefined
      return 'local'
    }
    farewells.put(farewell.state, 0)
    page.leave(farewell.url)
    return 'provider'
  }

  return {
    get state() {
      return state()
    },
    subscribe: (listener) => own.subscribe(() => listener(state())),
    start: startOnce,
    login: (options = {}) =>
      (leaving ??= leaveForLogin(options).finally(() => {
        leaving = undefined
      })),
    logout() {
      signingOut = onTheWayOut() ?? leaveForGood()
      return signingOut
    },
    async authFetch(input, init) {
      onlyInBrowsers()
      return vault.fetch(
        toRequest(page.baseUrl(), input, init),
        init?.body instanceof ReadableStream ? 'once' : 'repeatable',
      )
    },
    async userInfo() {
      onlyInBrowsers()
      return vault.userInfo()
    },
    dispose() {
      life.abort()
      stopFollowing()
      vault.dispose()
    },
  }
}
