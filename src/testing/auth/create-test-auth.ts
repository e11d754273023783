import type { LoginOptions, LogoutResult } from '../../contract/auth.ts'
import { AuthError } from '../../contract/auth-error.ts'
import type { AuthState, User } from '../../contract/auth-state.ts'
import { observable } from '../../observable.ts'
import { isOwnUrl } from '../../own-url.ts'
import { toRequest } from '../../page/to-request.ts'
import { createFailures } from './failures.ts'
import { createTestRenewal } from './renewal.ts'
import { firstState, looksTheSame, overIn, personIn, signedInAs, signedOut } from './session.ts'
import type { TestAuth, TestAuthOptions, TestTokenAuth } from './test-auth.ts'
import { baseUrl, createTestRequests } from './test-requests.ts'

/** Signed in from the start, unless `status` says otherwise; then as you tell it. */
export function createTestAuth(options: TestAuthOptions & { readonly exposeAccessToken: true }): TestTokenAuth
export function createTestAuth(options?: TestAuthOptions): TestAuth
export function createTestAuth(options: TestAuthOptions = {}): TestAuth {
  const { home = 'page', exposeAccessToken } = options
  const state = observable<AuthState>(firstState(options))
  const logins: LoginOptions[] = []
  let logouts = 0
  let retries = 0
  // A second logout() is the first one, while the page leaves.
  let onTheWay: LogoutResult = 'local'
  let disposed = false
  let starting: Promise<AuthState> | undefined
  let leaving: Promise<void> | undefined

  // What is under way for one person is nobody's when the session is over.
  let session = new AbortController()

  const become = (next: AuthState) => {
    const before = state.get()
    state.set(next, looksTheSame(before, next))
    if (personIn(before) === personIn(next)) return
    session.abort(overIn(next))
    session = new AbortController()
  }
  const startOnce = () =>
    (starting ??= new Promise((resolve) => {
      if (state.get().status !== 'loading') return resolve(state.get())
      const stop = state.subscribe((decided) => {
        stop()
        resolve(decided)
      })
    }))
  const end = (reason?: AuthError) => {
    if (state.get().status !== 'signed-out') become(signedOut(reason))
  }
  const pass = async () => {
    sessionNow()
    renewal.checkToken()
    return { accessToken: 'test-access-token', session }
  }
  const newerPass = async () => {
    renewal.checkRenewal()
    return pass()
  }
  const sessionNow = () => {
    const now = state.get()
    if (now.status === 'signed-in') return now.session
    throw overIn(now)
  }
  const failures = createFailures(end)
  const renewal = createTestRenewal(state.get, become)
  const { requests, checkUrl, fetch } = createTestRequests(options, { pass, newerPass })

  const leave = async (login: LoginOptions) => {
    await startOnce()
    if (!isOwnUrl(login.returnTo ?? baseUrl(), baseUrl()))
      throw new AuthError('configuration', '`returnTo` must be a URL of this origin.')
    failures.check(login.mode === 'popup' ? 'popup' : 'login')
    logins.push(Object.freeze({ ...login }))
    if (login.mode === 'popup') become(signedInAs(undefined, options))
  }

  return {
    get state() {
      return state.get()
    },
    home,
    subscribe: (listener, also) =>
      state.subscribe((now, silent) => disposed || (silent && !also?.silent) || listener(now)),
    start: startOnce,
    login: (login = {}) =>
      (leaving ??= leave(login).finally(() => {
        leaving = undefined
      })),
    async logout() {
      logouts += 1
      if (state.get().status !== 'signed-in') return onTheWay
      onTheWay = options.logout ?? 'provider'
      end()
      return onTheWay
    },
    async authFetch(input, init) {
      const request = toRequest(baseUrl(), input, init)
      failures.check('authFetch')
      return fetch(request, init?.body instanceof ReadableStream ? 'once' : 'repeatable')
    },
    async userInfo() {
      const { user } = sessionNow()
      failures.check('userInfo')
      await pass()
      return Object.freeze({ ...user, ...options.userInfo }) as User
    },
    ...(exposeAccessToken && {
      async accessToken(url: string | URL) {
        checkUrl(toRequest(baseUrl(), url))
        failures.check('accessToken')
        return (await pass()).accessToken
      },
    }),
    retry() {
      retries += 1
    },
    dispose() {
      disposed = true
      end()
    },
    signIn: (user) => become(signedInAs(user, options)),
    signOut: (reason) => become(signedOut(reason)),
    expire: () => end(new AuthError('login_required', 'The session is over. Call login().')),
    degrade: renewal.degrade,
    recover: renewal.recover,
    failures: failures.slots,
    requests,
    logins,
    logouts: () => logouts,
    retries: () => retries,
  }
}
