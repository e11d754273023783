import type { AuthOptions } from 'latchkey'
import { serveVault } from 'latchkey/vault'
import { keepShortPauses } from '../clock.ts'
import { inWorkerGlobals } from './worker-globals.ts'

/**
 * A worker that runs in this very process. Its ports are real: what goes through them is cloned, and arrives later. What its script
 * finds in its globals as it starts is what a worker has.
 */
export interface FakeWorker {
  /** What a page holds that has made it, or joins it: what `new Worker` or `new SharedWorker` answers. */
  readonly connect: () => Worker | SharedWorker
  /** It says nothing and hears nothing from now on, without a word, as when it has crashed. */
  readonly die: () => void
  /** Everything that was posted to it and by it. */
  readonly heard: readonly unknown[]
  readonly said: readonly unknown[]
  /** How many of its ports are open. */
  readonly ports: () => number
}

type Listener = (event: Event) => void

function createLines() {
  keepShortPauses()
  const heard: unknown[] = []
  const said: unknown[] = []
  const open = new Set<MessagePort>()
  let isDead = false
  return {
    heard,
    said,
    ports: () => open.size,
    die() {
      isDead = true
    },
    /** The two ends of a new line: the page's, and the worker's, which can be cut. */
    line(): [MessagePort, MessagePort] {
      const { port1, port2 } = new MessageChannel()
      open.add(port2)
      port2.addEventListener('close', () => open.delete(port2))
      const listen = port2.addEventListener.bind(port2) as (type: string, listener: Listener) => void
      const post = port2.postMessage.bind(port2)
      return [
        port1,
        Object.assign(port2, {
          addEventListener(type: string, listener: Listener) {
            listen(type, (event) => {
              if (isDead) return
              if (type === 'message') heard.push((event as MessageEvent).data)
              listener(event)
            })
          },
          postMessage(message: unknown, transfer: Transferable[] = []) {
            if (isDead) return
            said.push(structuredClone(message))
            post(message, transfer)
          },
        }),
      ]
    },
  }
}

/** A worker that belongs to the page that has made it. */
export function startDedicated(options: AuthOptions): FakeWorker {
  const { line, ...lines } = createLines()
  const [outside, inside] = line()
  const { addEventListener, postMessage } = inside
  inWorkerGlobals({ self: { addEventListener, postMessage } }, () => serveVault(options))
  inside.start()
  const worker = Object.assign(outside, { terminate: () => outside.close(), onerror: null }) as unknown as Worker
  return { ...lines, connect: () => worker }
}

/** A worker that all tabs of a browser join. */
export function startShared(options: AuthOptions): FakeWorker {
  const { line, ...lines } = createLines()
  const scope = new EventTarget()
  const globals = { self: scope, addEventListener: scope.addEventListener.bind(scope), onconnect: null }
  inWorkerGlobals(globals, () => serveVault(options))
  return {
    ...lines,
    connect() {
      const [outside, inside] = line()
      scope.dispatchEvent(Object.assign(new Event('connect'), { ports: [inside] }))
      return Object.assign(new EventTarget(), { port: outside, onerror: null }) as unknown as SharedWorker
    },
  }
}
