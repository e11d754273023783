import type { Auth, LogoutResult, PageOptions, TokenAuth } from '../contract/auth.ts'
import { AuthError } from '../contract/auth-error.ts'
import type { AuthState, LoadingStep } from '../contract/auth-state.ts'
import type { Vault } from '../contract/vault.ts'
import { observable } from '../observable.ts'
import { ownProperties } from '../own-properties.ts'
import type { Page } from './browser-page.ts'
import type { Callback } from './callback.ts'
import type { Ground, Journey } from './journey.ts'
import { loaded } from './loaded.ts'
import { toRequest } from './to-request.ts'
import { createTraces } from './traces.ts'

// Long enough to be on the way; a person who stopped it can sign in again after that.
const TEN_SECONDS = 10_000

/** A page that was opened with one of these may be the end of a journey. */
const MAY_BE_CALLBACK = /[?&#](code|error|response|state)=/

export interface Parts extends PageOptions {
  readonly vault: Vault
  readonly page: Page
  /** Whether the app asked for `accessToken`; whether it gets one is up to the vault. */
  readonly exposeAccessToken?: boolean
  /** Takes what came back off the URL in the step in which the page starts. Answers the URL as it was where there is more to be done. */
  readonly takeCallback: (page: Page, name: string) => string | Callback | undefined
  /** Loaded at once, or when it is needed. */
  readonly createJourney: (ground: Ground) => Promise<Journey>
}

/** What an app holds, over a vault wherever that lives. Knows who is signed in; never sees a token. */
export function createPageAuth(parts: Parts): Auth {
  const { vault, page, takeCallback, createJourney, waitForLogin, exposeAccessToken } = parts
  const name = vault.client ? `${vault.client.clientId} ${vault.client.issuer}` : 'elsewhere'
  const life = new AbortController()
  const gone = life.signal
  const traces = createTraces(page, name)
  // What the page itself has to say; `undefined` once the vault speaks.
  const own = observable<AuthState | undefined>(loading('start'))
  const state = () => own.get() ?? vault.state
  const show = (step: LoadingStep) => own.set(loading(step))
  const isSignedIn = () => vault.state.status === 'signed-in'
  const stopFollowing = vault.subscribe(() => {
    if (isSignedIn()) traces.remember()
    if (own.get()?.status !== 'loading') own.set(undefined)
  })
  const calls = waitForLogin
    ? loaded(import('./waiting-calls.ts')).then((module) => module.createWaitingCalls(state, own.subscribe, gone))
    : undefined
  // Whoever calls is told.
  calls?.catch(() => {})
  let starting: Promise<AuthState> | undefined
  let entering: Promise<void> | undefined
  let popup: Window | null | undefined
  let signingOut: Promise<LogoutResult> | undefined
  let leftForGoodAt = 0

  const onTheWayOut = () => (performance.now() - leftForGoodAt < TEN_SECONDS ? signingOut : undefined)
  const journey = () => createJourney({ vault, page, name, traces, gone, show, isOnTheWayOut: () => !!onTheWayOut() })

  const start = async () => {
    if (!page.exists()) return state()
    const prerendered = page.shown(gone)
    if (prerendered) await prerendered
    if (gone.aborted) return state()
    page.onWake((how) => {
      if (how === 'revived') signingOut = undefined
      vault.wake()
    }, gone)
    const mayBeCallback = MAY_BE_CALLBACK.test(page.url())
    // In this very step: nothing else of the page is to read it.
    const reason = await arrive(mayBeCallback, takeCallback(page, name)).catch((error: AuthError) => error)
    if (gone.aborted) return state()
    if (isSignedIn()) traces.remember()
    own.set(reason && !isSignedIn() ? Object.freeze({ status: 'signed-out', reason }) : undefined)
    return state()
  }

  /** Rejects with why nobody is signed in. */
  const arrive = async (mayBeCallback: boolean, from: string | Callback | undefined) => {
    show(mayBeCallback ? 'callback' : 'vault')
    const client = await vault.connect()
    if (!mayBeCallback) vault.wake()
    if (mayBeCallback || (!isSignedIn() && traces.wasSignedIn())) await (await journey()).arrive(client, from)
  }

  const startOnce = () => (starting ??= start())

  const onlyInBrowsers = () => {
    if (!page.exists()) throw new AuthError('configuration', 'No browser here.')
  }

  const enter: Auth['login'] = async (options = {}) => {
    onlyInBrowsers()
    const asked = ownProperties(options)
    // A click does not count for long, so the window opens before anything is waited for.
    if (asked.mode === 'popup') popup = page.popup()
    // A callback is finished first: its code must not become a place to return to.
    await startOnce()
    const { leave, leaveBy } = await journey()
    return popup === undefined ? leave(asked) : leaveBy(popup, asked)
  }

  const leaveForGood = async (): Promise<LogoutResult> => {
    leftForGoodAt = performance.now()
    traces.forget()
    void calls?.then(({ giveUp }) => giveUp())
    const farewell = await vault.logout()
    if (!farewell) {
      signingOut = undefined
      return 'local'
    }
    ;(await journey()).leaveForGood(farewell)
    return 'provider'
  }

  const auth: Auth = {
    get state() {
      return state()
    },
    get home() {
      return vault.client?.home
    },
    subscribe: (listener) => own.subscribe(() => listener(state())),
    start: startOnce,
    login(options) {
      popup?.focus()
      entering ??= enter(options).finally(() => {
        entering = undefined
        popup = undefined
      })
      return entering
    },
    logout() {
      signingOut = onTheWayOut() ?? leaveForGood()
      return signingOut
    },
    async authFetch(input, init) {
      onlyInBrowsers()
      const request = toRequest(page.baseUrl(), input, init)
      if (init?.body instanceof ReadableStream) return vault.fetch(request, 'once')
      if (!calls) return vault.fetch(request, 'repeatable')
      return (await calls).run(() => vault.fetch(request.clone(), 'repeatable'), request.signal)
    },
    async userInfo() {
      onlyInBrowsers()
      return calls ? (await calls).run(vault.userInfo) : vault.userInfo()
    },
    dispose() {
      life.abort()
      stopFollowing()
      vault.dispose()
    },
  }
  if (!exposeAccessToken) return auth
  const accessToken: TokenAuth['accessToken'] = async (url) => {
    onlyInBrowsers()
    return vault.accessToken(new URL(url, page.baseUrl()).href)
  }
  return Object.assign(auth, { accessToken })
}

const loading = (waitingFor: LoadingStep): AuthState => Object.freeze({ status: 'loading', waitingFor })
