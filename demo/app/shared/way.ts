import type { Auth, AuthState, LoadingStep } from 'latchkey'

/** How this page came to know who is signed in. */
export interface Way {
  /** What it waited for, in order. */
  readonly steps: readonly LoadingStep[]
  readonly end: 'signed-in' | 'signed-out' | undefined
  readonly milliseconds: number
}

const KEY = 'notes way'

/** To be called before `start()`. A way by a redirect goes on when the page is back. */
export function watchWay(auth: Pick<Auth, 'state' | 'subscribe'>) {
  const before = JSON.parse(sessionStorage.getItem(KEY) ?? '[]') as readonly LoadingStep[]
  let way: Way = { steps: before.at(-1) === 'redirect' ? before : [], end: undefined, milliseconds: 0 }
  const listeners = new Set<() => void>()
  const note = (state: AuthState) => {
    const milliseconds = Math.round(performance.now())
    if (state.status !== 'loading') {
      stop()
      sessionStorage.removeItem(KEY)
      way = { ...way, end: state.status, milliseconds }
    } else if (way.steps.at(-1) !== state.waitingFor) {
      way = { ...way, steps: [...way.steps, state.waitingFor], milliseconds }
      sessionStorage.setItem(KEY, JSON.stringify(way.steps))
    }
    for (const listener of listeners) listener()
  }
  const stop = auth.subscribe(note)
  note(auth.state)
  return {
    get: () => way,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** What a person is told while it lasts. */
export const WAITING = {
  start: 'Opening your notebook…',
  vault: 'Asking the worker…',
  callback: 'Finishing your sign-in…',
  frame: 'Looking for your session…',
  redirect: 'Looking for your session…',
  popup: 'Handing over to your other window…',
} satisfies Record<LoadingStep, string>

/** The same in a word, for the list of steps. */
export const STEPS = {
  start: 'page loads',
  vault: 'asks the worker',
  callback: 'redeems the code',
  frame: 'hidden frame',
  redirect: 'one redirect',
  popup: 'other window',
} satisfies Record<LoadingStep, string>
