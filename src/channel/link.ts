import { AuthError } from '../contract/auth-error.ts'
import { type Call, type Calls, type Greeting, type Said, VERSION } from './messages.ts'
import { fromPostedError } from './posted-error.ts'

const ONE_SECOND = 1_000
const FIVE_TICKS = 5

/** What can be connected to. */
export type Target = SharedWorker | Worker | MessagePort

/** One connection to one vault, until it is lost. */
export interface Link {
  readonly ask: <Name extends keyof Calls>(
    name: Name,
    argument: Calls[Name]['asks'],
    transfer?: Transferable[],
  ) => Promise<Calls[Name]['answers']>
  /** Whoever waits for an answer is told why there will be none. */
  readonly close: (reason: AuthError) => void
}

export interface Ears {
  readonly heard: (said: Said) => void
  /** Nobody answers any more. */
  readonly lost: (reason: AuthError) => void
  /** What the tabs share. */
  readonly mark: () => string
  /** Never the same twice, so that an answer that was given up is not taken for another. */
  readonly nextId: () => number
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: Error) => void
}

/** Greets a vault. Calls may take as long as they like; while one is under way, a vault that says nothing at all is greeted once more, then given up. */
export function openLink(
  connect: () => Target | Promise<Target>,
  { heard, lost, mark, nextId }: Ears,
): [Promise<Greeting>, Link] {
  const pending = new Map<number, Waiting>()
  let port: MessagePort | undefined
  // Counted in ticks: of a page that is frozen or throttled fewer come, so that it does not take its own sleep for silence.
  let silence = 0
  let ticking: ReturnType<typeof setInterval> | undefined

  const stopTicking = () => {
    if (!pending.size) ticking = void clearInterval(ticking)
  }
  const tick = () => {
    silence += 1
    if (silence === FIVE_TICKS) greet()
    if (silence < 2 * FIVE_TICKS) return
    const reason = unavailable()
    close(reason)
    lost(reason)
  }
  const expect = (id: number, resolve: Waiting['resolve'], reject: Waiting['reject']) => {
    pending.set(id, { resolve, reject })
    if (!ticking) silence = 0
    ticking ??= setInterval(tick, ONE_SECOND)
  }
  const post = <Name extends keyof Calls>(call: Call<Name>, transfer: Transferable[] = []) =>
    port?.postMessage(call, transfer)
  const greet = () => post({ id: 0, name: 'hello', argument: VERSION, mark: '' })

  const close = (reason: AuthError) => {
    post({ id: nextId(), name: 'bye', argument: 'kept', mark: '' })
    if (port) port.onmessage = null
    for (const { reject } of pending.values()) reject(reason)
    pending.clear()
    stopTicking()
  }

  const attach = (target: Target) => {
    // Given up while it was on its way.
    if (!pending.size) return
    port = ('port' in target ? target.port : target) as MessagePort
    port.onmessage = ({ data }: MessageEvent<Said>) => {
      silence = 0
      const waiting = pending.get(data.id ?? -1)
      if (!waiting) return heard(data)
      pending.delete(data.id ?? -1)
      stopTicking()
      if (data.error) waiting.reject(fromPostedError(data.error))
      else waiting.resolve(data.value)
    }
    // Of a script that does not load, or not as other pages have asked for it. Later errors are the worker's own affair.
    ;(target as Worker).onerror = () => pending.get(0)?.reject(unavailable())
    greet()
  }

  const greeting = new Promise<unknown>((resolve, reject) => {
    expect(0, resolve, reject)
    Promise.resolve().then(connect).then(attach).catch(reject)
  })
  return [
    greeting as Promise<Greeting>,
    {
      close,
      ask: (name, argument, transfer) =>
        new Promise<never>((resolve, reject) => {
          const id = nextId()
          try {
            post({ id, name, argument, mark: mark() }, transfer)
          } catch {
            throw new AuthError('configuration', 'What was passed cannot be sent to the vault.')
          }
          expect(id, resolve as Waiting['resolve'], reject)
        }),
    },
  ]
}

export const unavailable = () =>
  new AuthError(
    'vault_unavailable',
    'The worker with the tokens does not answer: see its URL, `worker-src`, its options.',
  )
