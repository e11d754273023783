import { AuthError } from '../contract/auth-error.ts'
import type { AuthState } from '../contract/auth-state.ts'
import type { Client, Vault } from '../contract/vault.ts'
import { observable } from '../observable.ts'
import { type Link, openLink, type Target, unavailable } from './link.ts'
import type { Calls, Said } from './messages.ts'
import { packRequest } from './portable-request.ts'
import { unpackResponse } from './portable-response.ts'
import { fromPostedState } from './posted-error.ts'

/** What the vault's side needs of a page. */
export interface VaultPage {
  readonly sharedStorage: () => Storage
  readonly onShared: (name: string, listener: () => void, gone: AbortSignal) => void
  readonly frame: (url: string, timeout: number, gone: AbortSignal) => Promise<string>
}

/** A function can be called again: what has died is started anew. */
export type Candidate = Target | (() => Target | Promise<Target>)

const SIGNED_OUT: AuthState = Object.freeze({ status: 'signed-out' })

/** Where the vault is: in the first of these that answers. One that throws, does not load, or says nothing gives way to the next. */
export const connectVault =
  (...candidates: readonly Candidate[]) =>
  (page: VaultPage): Vault => {
    const life = new AbortController()
    const state = observable<AuthState>(SIGNED_OUT)
    let client: Client | undefined
    let markName: string | undefined
    let opening: Promise<Link> | undefined
    let link: Link | undefined
    let ids = 0
    const nextId = () => {
      ids += 1
      return ids
    }

    const mark = () => {
      try {
        return (markName && page.sharedStorage().getItem(markName)) || ''
      } catch {
        return ''
      }
    }

    const heard = ({ state: told, quiet, mark: text, frame }: Said) => {
      if (told) state[quiet ? 'replace' : 'set'](fromPostedState(told))
      try {
        if (text && markName) page.sharedStorage().setItem(markName, text)
      } catch {
        // Blocked or full: each tab goes on by itself.
      }
      if (frame)
        page
          .frame(frame.url, frame.timeout, life.signal)
          .then(
            (url) => call('framed', { id: frame.id, url }),
            () => call('framed', { id: frame.id }),
          )
          .catch(() => {})
    }

    const hangUp = (reason: AuthError) => {
      link?.close(reason)
      link = opening = undefined
    }

    const lost = (reason: AuthError) => {
      hangUp(reason)
      state.set(Object.freeze({ status: 'signed-out', reason }))
    }

    const leave = ({ persisted }: PageTransitionEvent) => {
      // A page that is kept hears nothing meanwhile, so that whoever waits there would wait for ever.
      if (persisted) hangUp(unavailable())
      else link?.ask('bye', 'closed').catch(() => {})
    }

    const open = async () => {
      let reason = unavailable()
      for (const candidate of candidates) {
        life.signal.throwIfAborted()
        const [greeting, next] = openLink(typeof candidate === 'function' ? candidate : () => candidate, {
          heard,
          lost,
          mark,
          nextId,
        })
        try {
          const hello = await greeting
          life.signal.throwIfAborted()
          if (!markName) {
            page.onShared(hello.markName, wake, life.signal)
            globalThis.addEventListener?.('pagehide', leave, { signal: life.signal })
          }
          client = hello.client
          markName = hello.markName
          link = next
          state.set(fromPostedState(hello.state))
          return next
        } catch (error) {
          if (error instanceof AuthError) reason = error
          next.close(reason)
        }
      }
      lost(reason)
      throw reason
    }

    const call = async <Name extends keyof Calls>(
      name: Name,
      argument: Calls[Name]['asks'],
      transfer?: Transferable[],
    ) => {
      life.signal.throwIfAborted()
      opening ??= open()
      return (await opening).ask(name, argument, transfer)
    }

    const wake = () => void call('wake', undefined).catch(() => {})

    return {
      get client() {
        return client
      },
      get state() {
        return state.get()
      },
      subscribe: state.subscribe,
      connect: () => call('connect', undefined),
      beginLogin: (request) => call('beginLogin', request),
      redeemLogin: (query) => call('redeemLogin', query),
      userInfo: () => call('userInfo', undefined),
      accessToken: (url) => call('accessToken', url),
      logout: () => call('logout', undefined),
      wake,
      dispose() {
        const reason = new AuthError('login_required', 'This page has let go of its vault.')
        life.abort(reason)
        link?.ask('dispose', undefined).catch(() => {})
        hangUp(reason)
        state.set(SIGNED_OUT)
      },

      async fetch(request, repeatable) {
        const { signal } = request
        signal.throwIfAborted()
        const id = nextId()
        const cancel = () => void call('cancel', id).catch(() => {})
        const stopped = new Promise<never>((_, reject) =>
          signal.addEventListener('abort', () => {
            reject(signal.reason)
            cancel()
          }),
        )
        const answer = packRequest(request, repeatable, id).then((posted) => {
          signal.throwIfAborted()
          return call('fetch', posted, posted.body instanceof ReadableStream ? [posted.body] : [])
        })
        return unpackResponse(await Promise.race([stopped, answer]), {
          start(controller) {
            stopped.catch((reason) => controller.error(reason))
          },
          async pull(controller) {
            const piece = await call('pull', id)
            if (piece) controller.enqueue(piece)
            else controller.close()
          },
          cancel,
        })
      },
    }
  }
