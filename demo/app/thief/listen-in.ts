import { type Secret, secretsIn, textOf } from './recognise.ts'

/** The app's own way to a worker. */
export type Door = Pick<MessagePort, 'postMessage'>

export interface Overheard {
  readonly network: ReadonlySet<Secret>
  /** What passed between the page and a worker or another tab. */
  readonly messages: ReadonlySet<Secret>
  readonly messageCount: number
}

export interface Listening {
  /** What the app has posted to so far: whoever replaces `postMessage` gets hold of it. */
  readonly doors: ReadonlySet<Door>
  /** Puts everything back. */
  readonly stop: () => Overheard
}

type Method = (this: unknown, ...values: unknown[]) => unknown
type Methods = Record<string, Method>

/** Puts itself in the place of whatever a token may pass through. */
export function listenIn(): Listening {
  const network = new Set<Secret>()
  const messages = new Set<Secret>()
  const doors = new Set<Door>()
  let messageCount = 0
  let hearing = false
  const undo: (() => void)[] = []
  const { then } = Promise.prototype
  const hear = (into: Set<Secret>, values: readonly unknown[]) => {
    // To hear, it calls some of what it taps.
    if (hearing) return
    hearing = true
    for (const value of values) for (const secret of secretsIn(textOf(value))) into.add(secret)
    hearing = false
  }
  const put = (owner: object, name: string, replaced: PropertyDescriptor) => {
    const before = Object.getOwnPropertyDescriptor(owner, name)
    if (!before) return
    Object.defineProperty(owner, name, { ...before, ...replaced })
    undo.push(() => Object.defineProperty(owner, name, before))
  }
  /** Hears what goes in, and what comes out, now or later. */
  const tap = (
    owner: object,
    name: string,
    into: Set<Secret>,
    meet = (_owner: unknown, _values: readonly unknown[]) => {},
  ) => {
    const method = (owner as Methods)[name]
    if (!method) return
    const tapped: Method = function (...values) {
      meet(this, values)
      hear(into, values)
      const result = method.apply(this, values)
      if (result instanceof Promise)
        then.call(
          result,
          (value) => hear(into, [value]),
          () => {},
        )
      else hear(into, [result])
      return result
    }
    put(owner, name, { value: tapped })
  }
  const tapConstructor = (name: 'Request' | 'Headers' | 'URLSearchParams') => {
    const construct = (target: typeof Request, values: never[]) => {
      hear(network, values)
      return Reflect.construct(target, values)
    }
    put(window, name, { value: new Proxy(window[name] as typeof Request, { construct }) })
  }

  tap(window, 'fetch', network)
  for (const name of ['Request', 'Headers', 'URLSearchParams'] as const) tapConstructor(name)
  for (const name of ['set', 'append', 'get']) tap(Headers.prototype, name, network)
  for (const name of ['set', 'append', 'get', 'toString']) tap(URLSearchParams.prototype, name, network)
  for (const name of ['json', 'text', 'arrayBuffer']) tap(Response.prototype, name, network)
  tap(ReadableStreamDefaultReader.prototype, 'read', network)
  tap(TextDecoder.prototype, 'decode', network)
  tap(JSON, 'parse', network)
  tap(JSON, 'stringify', network)
  tap(Promise.prototype, 'then', network)
  tap(BroadcastChannel.prototype, 'postMessage', messages)
  for (const one of [MessagePort, Worker]) {
    tap(one.prototype, 'postMessage', messages, (door, [message]) => {
      // React posts nothing but a wake-up call to itself.
      if (message) doors.add(door as Door)
    })
  }
  const data = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data')
  put(MessageEvent.prototype, 'data', {
    get() {
      const value: unknown = data?.get?.call(this)
      messageCount += 1
      hear(messages, [value])
      return value
    },
  })

  return {
    doors,
    stop() {
      for (const putBack of undo.reverse()) putBack()
      return { network, messages, messageCount }
    },
  }
}
