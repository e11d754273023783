import type { Auth } from 'latchkey'
import { nameOf } from '../auth/home.ts'

/** A tab as it tells the others of itself. */
export interface Tab {
  readonly id: string
  readonly number: number
  readonly home: string
  readonly who: string
}

export interface TabsState {
  readonly own: number
  readonly all: readonly Tab[]
}

const ROLL_CALL = 'who is there?'

/** The open tabs of this demo, which tell each other who they are and who is signed in there. No token takes part in it. */
export function createTabs(auth: Auth) {
  const id = crypto.randomUUID()
  const channel = new BroadcastChannel('notes tabs')
  const others = new Map<string, Tab>()
  const listeners = new Set<() => void>()
  let number = 0
  let shown: TabsState = { own: 0, all: [] }
  const self = (): Tab => ({ id, number, home: nameOf(auth.home), who: whoIsIn(auth) })
  const show = () => {
    const all = number === 0 ? [] : [self(), ...others.values()]
    shown = { own: number, all: all.sort((one, other) => one.number - other.number) }
    for (const listener of listeners) listener()
  }
  const tell = () => {
    if (number > 0) channel.postMessage({ here: self() })
    show()
  }
  channel.onmessage = ({ data }) => {
    if (data === ROLL_CALL) return tell()
    if (data.here) others.set(data.here.id, data.here)
    if (data.gone) others.delete(data.gone)
    show()
  }
  auth.subscribe(tell)
  addEventListener('pagehide', () => channel.postMessage({ gone: id }))
  addEventListener('pageshow', ({ persisted }) => persisted && tell())
  takeNumber(1, (taken) => {
    number = taken
    document.title += ` · Tab ${taken}`
    tell()
    channel.postMessage(ROLL_CALL)
  })
  return {
    get: () => shown,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

function whoIsIn({ state }: Auth): string {
  if (state.status === 'loading') return 'finding out'
  return state.status === 'signed-in' ? (state.session.user.name ?? state.session.user.sub) : 'signed out'
}

/** The lowest that no other tab holds. A lock is given back by itself, however the tab ends. */
async function takeNumber(number: number, taken: (number: number) => void): Promise<void> {
  const free = await navigator.locks.request(`notes tab ${number}`, { ifAvailable: true }, (lock) => {
    if (!lock) return false
    taken(number)
    return new Promise<true>(() => {})
  })
  if (!free) await takeNumber(number + 1, taken)
}
