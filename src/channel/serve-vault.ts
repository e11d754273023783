import { AuthError } from '../contract/auth-error.ts'
import type { AuthState } from '../contract/auth-state.ts'
import type { Client, Vault } from '../contract/vault.ts'
import { isCall, isKnown } from './check-call.ts'
import { createFrames } from './frames.ts'
import { createGuestRequests } from './guest-requests.ts'
import { type Call, type Calls, type Port, type Said, VERSION } from './messages.ts'
import { toPostedError, toPostedState } from './posted-error.ts'
import { createSharedMark } from './shared-mark.ts'

/** A port on this side: of a worker, or what a dedicated worker calls `self`. */
export interface GuestPort extends Port {
  addEventListener(type: 'message' | 'close', listener: (event: Event) => void): void
  start?(): void
}

/** What a vault gets from the pages that it serves. */
export interface Pages {
  readonly frame: (url: string, timeout: number, gone: AbortSignal) => Promise<string>
  readonly shared: ReturnType<typeof createSharedMark>['shared']
}

type Answers = {
  readonly [Name in keyof Calls]: (
    argument: Calls[Name]['asks'],
  ) => Calls[Name]['answers'] | Promise<Calls[Name]['answers']>
}

/**
 * Answers pages from one vault. Its settings are fixed here: no message can change them. A vault of `one` page is forgotten with it,
 * one of `all` goes on for the others.
 */
export function servePages(create: (pages: Pages) => Vault, belongsTo: 'one' | 'all'): (port: GuestPort) => void {
  const frames = createFrames()
  let scribe: ((said: Said) => void) | undefined
  const mark = createSharedMark((text) => scribe?.({ mark: text }))
  let living: Vault | undefined
  let connected: Promise<Client> | undefined
  const vault = () => {
    living ??= create({
      frame: frames.open,
      shared: mark.shared,
    })
    return living
  }

  const connect = () => {
    connected = vault().connect()
    return connected
  }

  return (port) => {
    const say = (said: Said, transfer: Transferable[] = []) => port.postMessage(said, transfer)
    const requests = createGuestRequests((request, repeatable) => vault().fetch(request, repeatable))
    let told: AuthState | undefined
    let stopFollowing: (() => void) | undefined
    // Another one with each coming and going of the page: what it asked before it went is not answered.
    let visit = {}

    const tell = (silent: boolean) => {
      const { state } = vault()
      if (told !== state) say({ state: toPostedState(state), silent })
      told = state
    }

    const leave = () => {
      visit = {}
      stopFollowing?.()
      stopFollowing = undefined
      told = undefined
      frames.leave(say)
      requests.leave()
    }

    const answers: Answers = {
      async hello(version) {
        if (version !== VERSION)
          throw new AuthError(
            'vault_unavailable',
            'Another build of this app holds the tokens: close its other tabs, or reload.',
          )
        stopFollowing ??= vault().subscribe((_, silent) => tell(!!silent))
        frames.spoke(say)
        const client = vault().client ?? (await vault().connect())
        return { version, client, markName: mark.name() }
      },
      connect,
      beginLogin: (request) => vault().beginLogin(request),
      redeemLogin: (query) => vault().redeemLogin(query),
      userInfo: () => vault().userInfo(),
      accessToken: (url) => vault().accessToken(url),
      logout: () => vault().logout(),
      wake: () => vault().wake(),
      dispose() {
        leave()
        if (belongsTo === 'all') return
        vault().dispose()
        living = undefined
        connected = undefined
      },
      fetch: requests.fetch,
      pull: requests.pull,
      cancel: requests.cancel,
      framed: (end) => frames.ended(say, end),
      bye(how) {
        leave()
        if (how === 'closed' && port instanceof MessagePort) port.close()
      },
    }

    const answer = <Name extends keyof Calls>({ name, argument }: Call<Name>) => answers[name](argument)

    const listen = async (call: Call) => {
      const { id, name } = call
      if (!isKnown(call) || !(stopFollowing || name === 'hello' || name === 'bye'))
        throw new AuthError('configuration', 'No vault answers this.')
      if (stopFollowing) {
        frames.spoke(say)
        if (typeof call.mark === 'string') mark.heard(call.mark)
      }
      if (name === 'redeemLogin' || name === 'logout') scribe = say
      const asked = visit
      // One that was started again may find the session that is kept: nobody else asks it to look.
      if (name === 'fetch' || name === 'userInfo' || name === 'accessToken') await (connected ?? connect())
      const value = await answer(call)
      if (asked !== visit) return
      tell(told !== undefined)
      say({ id, value }, value instanceof Uint8Array ? [value.buffer as ArrayBuffer] : [])
    }

    port.addEventListener('message', ({ data }: Event & { data?: unknown }) => {
      if (!isCall(data)) return
      const asked = visit
      listen(data).catch((error) => asked === visit && say({ id: data.id, error: toPostedError(error) }))
    })
    port.addEventListener('close', leave)
    port.start?.()
  }
}
