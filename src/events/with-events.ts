import type { Auth, LoginOptions, TokenAuth } from '../contract/auth.ts'
import { AuthError } from '../contract/auth-error.ts'
import { observable } from '../observable.ts'
import type { AskingVerb, AuthEvent, Occurrence } from './auth-event.ts'
import { createNote } from './note.ts'
import { faultOf, loginFinished } from './occurrences.ts'
import { type Doings, readStates } from './read-states.ts'

/**
 * The same `auth`, which tells the listener what happens to its session until it is disposed. Call it where you call `createAuth`, on
 * every page, and use what it answers instead. The listener is called in the step in which it happens, and not waited for; one that
 * throws is reported and harms nothing.
 */
export function withEvents<Given extends Auth>(auth: Given, listener: (event: AuthEvent) => void): Given {
  const events = observable<AuthEvent | undefined>(undefined)
  const stop = events.subscribe((event) => event && listener(event))
  const tell = (occurrence: Occurrence) => events.set({ ...occurrence, at: Date.now(), home: auth.home })
  const note = createNote()
  const doings: Doings = { isSigningOut: false }
  auth.subscribe(readStates(auth.state, note, doings, tell), { silent: true })
  let entering: Promise<void> | undefined

  const enter = async (options?: LoginOptions) => {
    const mode = options?.mode === 'popup' ? 'popup' : 'redirect'
    const began = Date.now()
    // Before anybody is told: a window opens only in the step of a click.
    const entered = auth.login(options)
    if (mode === 'popup') doings.popup = began
    tell({ type: 'login_started', mode })
    const isTold = () => mode === 'popup' && !doings.popup
    try {
      await entered
      if (mode === 'redirect') note.leave(began)
      else if (!isTold()) tell(loginFinished(mode, began))
    } catch (error) {
      if (error instanceof AuthError && !isTold()) tell({ type: 'login_failed', mode, ...faultOf(error) })
      throw error
    } finally {
      doings.popup = undefined
    }
  }

  const unlessRefused = <Answer>(verb: AskingVerb, answer: Promise<Answer>) =>
    answer.catch((error: unknown) => {
      if (error instanceof AuthError) tell({ type: 'request_refused', verb, ...faultOf(error) })
      throw error
    })

  const { accessToken } = auth as Partial<TokenAuth>
  return {
    ...auth,
    get state() {
      return auth.state
    },
    get home() {
      return auth.home
    },
    login: (options) =>
      (entering ??= enter(options).finally(() => {
        entering = undefined
      })),
    logout() {
      doings.isSigningOut = true
      return auth.logout().finally(() => {
        doings.isSigningOut = false
      })
    },
    authFetch: (input, init) => unlessRefused('authFetch', auth.authFetch(input, init)),
    userInfo: () => unlessRefused('userInfo', auth.userInfo()),
    ...(accessToken && { accessToken: (url) => unlessRefused('accessToken', accessToken(url)) }),
    dispose() {
      stop()
      auth.dispose()
    },
  } satisfies Partial<TokenAuth>
}
