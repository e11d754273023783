import type { Tasks } from './tasks.ts'

/** How many messages went each way, of each connection between a page and a shared worker, the oldest first. */
export interface Ports {
  readonly posted: readonly number[]
  readonly heard: readonly number[]
}

/** Needs nothing around it but what it is given, as `installVirtualTime`. To be called before `watchListeners`, which is not to count these. */
export function watchPorts({ step }: Tasks): Ports {
  const { addEventListener } = EventTarget.prototype
  // Numbers alone, which are no objects: of what is gone nothing else stays here.
  const posted: number[] = []
  const heard: number[] = []
  const numbers = new WeakMap<MessagePort, number>()
  const follow = (port: MessagePort) => {
    const number = posted.push(0) - 1
    heard.push(0)
    numbers.set(port, number)
    addEventListener.call(port, 'message', () => {
      step()
      heard[number] = (heard[number] ?? 0) + 1
    })
  }
  const { postMessage } = MessagePort.prototype
  MessagePort.prototype.postMessage = function (...given: unknown[]) {
    step()
    const number = numbers.get(this)
    if (number !== undefined) posted[number] = (posted[number] ?? 0) + 1
    postMessage.apply(this, given as [unknown])
  }
  addEventListener.call(globalThis, 'connect', (event) => {
    for (const port of (event as MessageEvent).ports) follow(port)
  })
  const { SharedWorker } = globalThis
  if (SharedWorker)
    globalThis.SharedWorker = class extends SharedWorker {
      constructor(...given: ConstructorParameters<typeof SharedWorker>) {
        super(...given)
        follow(this.port)
      }
    }
  return { posted, heard }
}
