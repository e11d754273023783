import type { Listeners } from './listeners.ts'
import type { Locks } from './locks.ts'
import type { Ports } from './ports.ts'
import type { Tasks } from './tasks.ts'
import type { VirtualTime } from './virtual-time.ts'

/** A request to the provider or the API, as its sender sees it. */
export interface Sent {
  readonly path: string
  /** Milliseconds since 1970 by the device's clock. */
  readonly wall: number
  /** Milliseconds. */
  readonly took: number
  readonly grant: string
  /** 0: no answer. */
  readonly status: number
  /** What the gateway says that it has played. */
  readonly played: string | undefined
  /** Milliseconds. */
  readonly retryAfter: number
}

/** What there is to see of a page or worker between two steps. */
export interface View {
  /** Goes up with everything that begins or ends. */
  readonly steps: number
  /** Begun and not finished. */
  readonly working: readonly string[]
  /** What is asked for and not answered: tokens are asked for with something that nobody else has, the rest at its path. */
  readonly waiting: readonly string[]
  /** Milliseconds until the next timer. */
  readonly next: number | undefined
  readonly timers: number
  readonly listeners: number
  /** Since the last look. */
  readonly sent: readonly Sent[]
  /** Milliseconds that each call took, and what came of it. */
  readonly calls: readonly (readonly [outcome: string, milliseconds: number])[]
  readonly openCalls: number
  readonly ports: Ports
  readonly locks: Locks
  /** What subscribers were told, and how it stands now. */
  readonly told: readonly string[]
  readonly now: string
}

/** What else is watched there. */
export interface Watched {
  readonly time: VirtualTime
  readonly tasks: Tasks
  readonly listeners: Listeners
  readonly ports: Ports
  readonly locks: Locks
}

export interface Ledger {
  readonly look: () => Promise<View>
  readonly call: (url: string, times: number) => void
}

/** Writes down what a page or worker asks for and what becomes of it. `modulesAreLoaded` resolves after every `import()` that was begun before. Needs nothing around it, as `installVirtualTime`. */
export function installLedger(
  { time, tasks, listeners, ports, locks }: Watched,
  modulesAreLoaded: () => Promise<unknown>,
): Ledger {
  let waiting: readonly string[] = []
  let openCalls = 0
  let sent: Sent[] = []
  let calls: [string, number][] = []

  const { fetch } = globalThis
  globalThis.fetch = async (input, init) => {
    const { pathname: path } = new URL(input instanceof Request ? input.url : input)
    const form = init?.body instanceof URLSearchParams ? init.body : new URLSearchParams()
    const from = performance.now()
    const note = { path, grant: form.get('grant_type') ?? '', wall: Date.now() }
    const took = () => performance.now() - from
    const own = form.get('refresh_token') ?? form.get('code') ?? path
    tasks.step()
    waiting = [...waiting, own]
    try {
      const response = await fetch(input, init)
      const { status, headers } = response
      const after = headers.get('retry-after') ?? '0'
      const retryAfter = /^\d+$/.test(after) ? Number(after) * 1_000 : Math.max(Date.parse(after) - Date.now(), 0)
      sent.push({ ...note, took: took(), status, played: headers.get('played') ?? undefined, retryAfter })
      return response
    } catch (error) {
      sent.push({ ...note, took: took(), status: 0, played: undefined, retryAfter: 0 })
      throw error
    } finally {
      tasks.step()
      const at = waiting.indexOf(own)
      waiting = waiting.filter((_, index) => index !== at)
    }
  }

  const harness = () => (globalThis as { harness?: typeof window.harness }).harness
  const wordsFor = (state: typeof window.harness.auth.state) => {
    if (state.status === 'signed-in')
      return state.renewal.status === 'degraded' ? `degraded ${state.renewal.code}` : state.renewal.status
    return state.status === 'signed-out' ? `signed out ${state.reason?.message ?? ''}` : state.status
  }
  const frames = () => [...(globalThis.document?.querySelectorAll('iframe') ?? [])].map(() => 'frame')

  return {
    async look() {
      for (let before = -1; tasks.steps() > before; ) {
        before = tasks.steps()
        await time.pause()
        await modulesAreLoaded()
      }
      const auth = harness()?.auth
      const view: View = {
        steps: tasks.steps(),
        working: tasks.working(),
        waiting: [...waiting, ...frames()],
        next: time.next(),
        timers: time.timers(),
        listeners: listeners.count(),
        sent,
        calls,
        openCalls,
        ports,
        locks,
        told: harness()?.told.splice(0).map(wordsFor) ?? [],
        now: auth ? wordsFor(auth.state) : '',
      }
      sent = []
      calls = []
      return view
    },
    call(url, times) {
      for (let call = 0; call < times; call += 1) {
        const from = time.awake()
        const end = (outcome: string) => {
          openCalls -= 1
          calls.push([outcome, time.awake() - from])
        }
        openCalls += 1
        harness()
          ?.auth.authFetch(url)
          .then(async (response) => end(response.status === 200 ? await response.text() : `${response.status}`))
          .catch(({ code, message }) => end(code ?? message))
      }
    },
  }
}
