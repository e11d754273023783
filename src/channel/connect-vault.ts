import { AuthError } from '../contract/auth-error.ts'
import type { AuthState } from '../contract/auth-state.ts'
import type { Client, Vault } from '../contract/vault.ts'
import { observable } from '../observable.ts'
import { trying } from '../trying.ts'
import { type Candidate, unavailable, type VaultPage } from './connection.ts'
import { type Ask, type Asked, type Call, type Calls, type Greeting, type Said, VERSION } from './messages.ts'
import { fromPostedError, fromPostedState } from './posted-error.ts'

const ONE_SECOND = 1_000
const FIVE_TICKS = 5
const TEN_TICKS = 10
const HELLO = 0

const SIGNED_OUT: AuthState = Object.freeze({ status: 'signed-out' })

type Waiting = Parameters<ConstructorParameters<typeof Promise<unknown>>[0]>

/** Where the vault is: in the first of these that answers. One that throws, does not load, or says nothing gives way to the next. */
export const connectVault =
  (...candidates: readonly Candidate[]) =>
  (page: VaultPage): Vault => {
    const life = new AbortController()
    const gone = life.signal
    const state = observable<AuthState>(SIGNED_OUT)
    const pending = new Map<number | undefined, Waiting>()
    let client: Client | undefined
    let markName = ''
    let port: MessagePort | undefined
    /** What has answered: a page that is brought back asks it first, as another would hold no session. */
    let known: readonly MessagePort[] = []
    let opening: Promise<void> | undefined
    // Never used twice, so that an answer that was given up is not taken for another.
    let lastId = HELLO
    // Counted in ticks: of a page that is frozen or throttled fewer come, so that it does not take its own sleep for silence.
    let silence = 0
    let ticking: ReturnType<typeof setInterval> | undefined

    /** Reads what the tabs share, or writes it. Where storage is blocked each tab goes on by itself. */
    const mark = (text?: string) =>
      trying(() => (text ? page.sharedStorage().setItem(markName, text) : page.sharedStorage().getItem(markName)))

    const post = <Name extends keyof Calls>(id: number, name: Name, ...[argument, transfer = []]: Asked<Name>) =>
      port?.postMessage?.({ id, name, argument, mark: mark() } satisfies Call, transfer)

    const sayHello = () => post(HELLO, 'hello', VERSION)

    const answerTo = (id: number) =>
      new Promise<unknown>((...waiting) => {
        if (!pending.size) {
          silence = 0
          ticking = setInterval(tick, ONE_SECOND)
        }
        pending.set(id, waiting)
      })

    /** Calls may take as long as they like; while one is under way, a vault that says nothing at all is greeted once more, then given up. */
    const tick = () => {
      silence += 1
      if (silence === FIVE_TICKS) sayHello()
      if (silence < TEN_TICKS) return
      if (pending.has(HELLO)) refuse()
      else lose(unavailable())
    }

    const settle = (id: number | undefined, outcome: 0 | 1, value: unknown) => {
      pending.get(id)?.[outcome](value)
      pending.delete(id)
      if (!pending.size) clearInterval(ticking)
    }

    /** Nobody greets back. */
    const refuse = () => settle(HELLO, 1, unavailable())

    const hangUp = (reason = unavailable()) => {
      post(HELLO, 'bye', 'kept')
      if (port) port.onmessage = null
      port = undefined
      for (const id of pending.keys()) settle(id, 1, reason)
    }

    const lose = (reason: AuthError) => {
      opening = undefined
      known = []
      hangUp(reason)
      state.set(Object.freeze({ status: 'signed-out', reason }))
    }

    const listen = ({ data }: MessageEvent<Said>) => {
      const { id, state: told, silent, mark: text, frame, error, value } = Object(data) as Said
      // Whatever else is said while a greeting is due comes from somebody who speaks another language.
      if (!pending.has(HELLO)) silence = 0
      if (told) state.set(fromPostedState(told), silent)
      if (text) mark(text)
      if (frame)
        page.frame(frame.url, frame.timeout, gone).then(
          (url) => tell('framed', { id: frame.id, url }),
          ({ code }) => tell('framed', { id: frame.id, code }),
        )
      if (error) settle(id, 1, fromPostedError(error))
      else settle(id, 0, value)
    }

    const greet = async (candidate: Candidate) => {
      hangUp()
      gone.throwIfAborted()
      const greeting = answerTo(HELLO)
      const waiting = pending.get(HELLO)
      const attach = async () => {
        const target = typeof candidate === 'function' ? await candidate() : candidate
        // Given up while it was on its way.
        if (pending.get(HELLO) !== waiting) return
        port = ((target as SharedWorker).port ?? target) as MessagePort
        port.onmessage = listen
        // Of a script that does not load, or not as other pages have asked for it. Later errors are the worker's own affair.
        ;(target as Worker).onerror = refuse
        sayHello()
      }
      attach().catch(refuse)
      const hello = (await greeting) as Greeting
      if (hello?.version !== VERSION) throw unavailable()
      if (!client) {
        markName = hello.markName
        page.onShared(markName, wake, gone)
        addEventListener('pagehide', leave, { signal: gone })
      }
      client = hello.client
      known = [port as MessagePort]
      // Beside all else, so that the first request does not wait for it.
      sending().catch(() => {})
    }

    const open = () =>
      [...known, ...candidates]
        .reduce((before, candidate) => before.catch(() => greet(candidate)), Promise.reject<void>())
        .catch((error) => {
          const reason = error instanceof AuthError ? error : unavailable()
          lose(reason)
          throw reason
        })

    const leave = ({ persisted }: PageTransitionEvent) => {
      if (!persisted) return post(HELLO, 'bye', 'closed')
      // A page that is kept hears nothing meanwhile, so that whoever waits there would wait for ever.
      opening = undefined
      hangUp()
    }

    const call: Ask = async (name, ...asked) => {
      opening ??= open()
      await opening
      // Lost, or let go of, in the same step.
      if (!port) throw gone.reason ?? unavailable()
      lastId += 1
      try {
        post(lastId, name, ...asked)
      } catch {
        throw new AuthError('configuration', 'This cannot be sent.')
      }
      return answerTo(lastId) as Promise<never>
    }

    const tell: (...asked: Parameters<Ask>) => void = (...asked) => void call(...asked).catch(() => {})

    const wake = () => tell('wake')

    return {
      get client() {
        return client
      },
      get state() {
        return state.get()
      },
      subscribe: state.subscribe,
      connect: () => call('connect'),
      beginLogin: (request) => call('beginLogin', request),
      redeemLogin: (query) => call('redeemLogin', query),
      userInfo: () => call('userInfo'),
      accessToken: (url) => call('accessToken', url),
      logout: () => call('logout'),
      wake,
      dispose() {
        const reason = new AuthError('login_required', 'Disposed.')
        life.abort(reason)
        post(HELLO, 'dispose')
        opening = undefined
        hangUp(reason)
        state.set(SIGNED_OUT)
      },
      async fetch(request, repeatable) {
        lastId += 1
        const id = lastId
        return (await sending()).fetchBy(call, request, repeatable, id)
      },
    }
  }

/** Not needed before somebody is signed in. */
const sending = () => import('./remote-fetch.ts')
