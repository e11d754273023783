import type { Auth, LoginOptions, PageOptions, TokenAuth } from '../contract/auth.ts'
import { AuthError } from '../contract/auth-error.ts'
import type { AuthState, LoadingStep } from '../contract/auth-state.ts'
import type { Vault } from '../contract/vault.ts'
import { observable } from '../observable.ts'
import type { Page } from './browser-page.ts'
import type { Callback } from './callback.ts'
import type { Ground } from './ground.ts'
import type { Journey } from './journey.ts'
import { toRequest } from './to-request.ts'
import { forget, wasSignedIn } from './traces.ts'

export interface Parts extends PageOptions {
  readonly vault: Vault
  readonly page: Page
  /** Under which this client keeps what outlives the page. */
  readonly name: string
  /** Whether the app asked for `accessToken`; whether it gets one is up to the vault. */
  readonly exposeAccessToken?: boolean
  /** Takes what came back off the URL in the step in which the page starts. Answers the URL as it was, or what came back, if there is more to be done. */
  readonly takeCallback: (page: Page, name: string) => string | Callback | undefined
  /** Loaded at once, or when it is needed. */
  readonly createJourney: (ground: Omit<Ground, 'road'>) => Promise<Journey>
}

/** What an app holds, over a vault wherever that lives. Knows who is signed in; never sees a token. */
export function createPageAuth(parts: Parts): Auth {
  const { vault, page, name, takeCallback, createJourney, waitForLogin, exposeAccessToken } = parts
  const life = new AbortController()
  const gone = life.signal
  // What the page itself has to say; `undefined` once the vault speaks.
  const own = observable<AuthState | undefined>(loading('start'))
  const state = () => own.get() ?? vault.state
  const show = (step: LoadingStep) => own.set(loading(step))
  const isSignedIn = () => vault.state.status === 'signed-in'
  const stopFollowing = vault.subscribe((_, silent) => own.get()?.status !== 'loading' && own.set(undefined, silent))
  let starting: Promise<AuthState> | undefined
  let entering: Promise<void> | undefined
  let travelling: Promise<Journey> | undefined
  const journey = () => {
    travelling ??= createJourney({ vault, page, name, gone, show, state, subscribe: own.subscribe, waitForLogin })
    // Not for good: what did not load may load the next time.
    travelling.catch(() => {
      travelling = undefined
    })
    return travelling
  }
  // Which follows who is signed in from now on.
  if (waitForLogin) void journey()

  const start = async () => {
    if (!page.exists()) return state()
    const prerendered = page.shown(gone)
    if (prerendered) await prerendered
    if (gone.aborted) return state()
    page.onWake(vault.wake, gone)
    // In this very step: nothing else of the page is to read it.
    return look(takeCallback(page, name))
  }

  /** Looks for who is signed in: at the end of a journey, in the vault, or at the provider. */
  const look = async (from?: string | Callback) => {
    let reason: AuthError | undefined
    try {
      if (from) show('callback')
      else if (!vault.client) show('vault')
      const client = await vault.connect()
      if (!from) vault.wake()
      if (from || (!isSignedIn() && wasSignedIn(page, vault))) await (await journey()).arrive(client, from)
    } catch (error) {
      reason = error as AuthError
    }
    if (!gone.aborted) own.set(reason && !isSignedIn() ? Object.freeze({ status: 'signed-out', reason }) : undefined)
    return state()
  }

  const startOnce = () => (starting ??= start())

  const onlyInBrowsers = () => {
    if (!page.exists()) throw new AuthError('configuration', 'No browser.')
  }

  const enter = async (options: LoginOptions) => {
    onlyInBrowsers()
    // Both at once: a click does not count for long.
    const isAskedFor = page.isActive()
    const popup = Object.hasOwn(options, 'mode') && options.mode === 'popup' ? page.popup() : undefined
    const started = startOnce()
    return (await journey()).login(options, isAskedFor, popup, started)
  }

  /** Asks at once; again, if it is to be waited for, when somebody is signed in. */
  const call = async <Answer>(ask: () => Promise<Answer>, signal?: AbortSignal) =>
    waitForLogin ? (await journey()).wait(ask, signal) : ask()

  const auth: Auth & { accessToken?: TokenAuth['accessToken'] } = {
    get state() {
      return state()
    },
    get home() {
      return vault.client?.home
    },
    subscribe: (listener, also) => own.subscribe((_, silent) => (silent && !also?.silent) || listener(state())),
    // As it is now: somebody may have signed out since.
    start: () => startOnce().then(state),
    login: (options = {}) =>
      (entering ??= enter(options).finally(() => {
        entering = undefined
      })),
    logout() {
      // In this very step, whatever else there is to do.
      const farewell = vault.logout().catch(() => undefined)
      forget(page, vault)
      return journey().then(
        ({ leaveForGood }) => leaveForGood(farewell),
        () => farewell.then(() => 'local'),
      )
    },
    async authFetch(input, init) {
      onlyInBrowsers()
      const request = toRequest(page.baseUrl(), input, init)
      if (init?.body instanceof ReadableStream) return vault.fetch(request, 'once')
      return call(() => vault.fetch(waitForLogin ? request.clone() : request, 'repeatable'), request.signal)
    },
    async userInfo() {
      onlyInBrowsers()
      return call(vault.userInfo)
    },
    retry() {
      if (own.get()?.status === 'signed-out') {
        // A reload in an outage: nobody knows yet.
        show('start')
        starting = look()
      } else vault.wake()
    },
    dispose() {
      life.abort()
      stopFollowing()
      vault.dispose()
    },
  }
  if (exposeAccessToken)
    auth.accessToken = async (url) => {
      onlyInBrowsers()
      return vault.accessToken(new URL(url, page.baseUrl()).href)
    }
  return auth
}

const loading = (waitingFor: LoadingStep): AuthState => Object.freeze({ status: 'loading', waitingFor })
