import type { VirtualTime } from './virtual-time.ts'

/** A request to the provider or the API, as its sender sees it. */
export interface Sent {
  readonly path: string
  /** Milliseconds since 1970 by the device's clock. */
  readonly wall: number
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
  /** Goes up with everything that is begun. */
  readonly begun: number
  /** Begun and not finished: work, and requests. */
  readonly working: number
  readonly waiting: number
  /** Milliseconds until the next timer. */
  readonly next: number | undefined
  readonly timers: number
  readonly listeners: number
  /** Since the last look. */
  readonly sent: readonly Sent[]
  /** Milliseconds that each call took, and what came of it. */
  readonly calls: readonly (readonly [outcome: string, milliseconds: number])[]
  readonly openCalls: number
  /** How many messages went each way, of each connection between a page and a shared worker, the oldest first. */
  readonly ports: readonly { readonly posted: number; readonly heard: number }[]
  /** What subscribers were told, and how it stands now. */
  readonly told: readonly string[]
  readonly now: string
}

export interface Ledger {
  readonly look: () => Promise<View>
  readonly call: (url: string, times: number) => void
}

/** Writes down what a page or worker begins and what becomes of it. Needs nothing around it, as `installVirtualTime`. */
export function installLedger(time: VirtualTime): Ledger {
  const { prototype: target } = EventTarget
  const { addEventListener, removeEventListener } = target
  let begun = 0
  let working = 0
  let waiting = 0
  let listeners = 0
  let openCalls = 0
  let sent: Sent[] = []
  let calls: [string, number][] = []

  // A listener is gone when it was removed, when it was for one time, when its signal says so, and with its target.
  const known = new WeakMap<
    EventTarget,
    { readonly keys: Map<unknown, Set<string>>; readonly count: { left: number } }
  >()
  const collected = new FinalizationRegistry<{ left: number }>((count) => {
    listeners -= count.left
  })
  const keyOf = (type: string, options: unknown) =>
    `${type} ${typeof options === 'object' ? !!(options as AddEventListenerOptions | null)?.capture : !!options}`
  const forget = (at: EventTarget, listener: unknown, key: string) => {
    const entry = known.get(at)
    const keys = entry?.keys.get(listener)
    if (!entry || !keys?.delete(key)) return
    if (keys.size === 0) entry.keys.delete(listener)
    entry.count.left -= 1
    listeners -= 1
  }
  target.addEventListener = function (type, listener, options) {
    const at = this ?? globalThis
    addEventListener.call(at, type, listener, options)
    const { signal, once } = Object(options) as AddEventListenerOptions
    if (!listener || signal?.aborted) return
    let entry = known.get(at)
    if (!entry) {
      entry = { keys: new Map(), count: { left: 0 } }
      known.set(at, entry)
      collected.register(at, entry.count)
    }
    const key = keyOf(type, options)
    const keys = entry.keys.get(listener) ?? new Set()
    entry.keys.set(listener, keys)
    if (keys.has(key)) return
    keys.add(key)
    entry.count.left += 1
    listeners += 1
    const gone = () => forget(at, listener, key)
    if (once) addEventListener.call(at, type, gone, { once: true })
    if (signal) addEventListener.call(signal, 'abort', gone, { once: true })
  }
  target.removeEventListener = function (type, listener, options) {
    const at = this ?? globalThis
    removeEventListener.call(at, type, listener, options)
    forget(at, listener, keyOf(type, options))
  }

  const { fetch } = globalThis
  globalThis.fetch = async (input, init) => {
    const { pathname: path } = new URL(input instanceof Request ? input.url : input)
    const grant = init?.body instanceof URLSearchParams ? (init.body.get('grant_type') ?? '') : ''
    const note = { path, grant, wall: Date.now() }
    begun += 1
    waiting += 1
    try {
      const response = await fetch(input, init)
      const { status, headers } = response
      const after = headers.get('retry-after') ?? '0'
      const retryAfter = /^\d+$/.test(after) ? Number(after) * 1_000 : Math.max(Date.parse(after) - Date.now(), 0)
      sent.push({ ...note, status, played: headers.get('played') ?? undefined, retryAfter })
      return response
    } catch (error) {
      sent.push({ ...note, status: 0, played: undefined, retryAfter: 0 })
      throw error
    } finally {
      waiting -= 1
    }
  }

  const work = <Done>(step: Promise<Done>) => {
    begun += 1
    working += 1
    const end = () => {
      working -= 1
    }
    step.then(end, end)
    return step
  }
  const subtle = crypto.subtle as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>
  for (const name of ['digest', 'sign', 'verify', 'importKey', 'generateKey', 'encrypt', 'decrypt']) {
    const original = subtle[name]?.bind(crypto.subtle)
    if (original) Object.defineProperty(subtle, name, { value: (...given: unknown[]) => work(original(...given)) })
  }
  const settled = (of: EventTarget, ...names: string[]) =>
    void work(
      new Promise<void>((resolve) => {
        for (const name of names) addEventListener.call(of, name, () => resolve(), { once: true })
      }),
    )
  const { open } = IDBFactory.prototype
  IDBFactory.prototype.open = function (...given) {
    const request = open.apply(this, given)
    settled(request, 'success', 'error')
    return request
  }
  const { transaction } = IDBDatabase.prototype
  IDBDatabase.prototype.transaction = function (...given) {
    const begun = transaction.apply(this, given)
    settled(begun, 'complete', 'abort', 'error')
    return begun
  }

  const ports: { posted: number; heard: number }[] = []
  const counts = new WeakMap<MessagePort, (typeof ports)[number]>()
  const follow = (port: MessagePort) => {
    const count = { posted: 0, heard: 0 }
    ports.push(count)
    counts.set(port, count)
    addEventListener.call(port, 'message', () => {
      count.heard += 1
    })
  }
  const { postMessage } = MessagePort.prototype
  MessagePort.prototype.postMessage = function (...given: unknown[]) {
    begun += 1
    const count = counts.get(this)
    if (count) count.posted += 1
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

  const harness = () => (globalThis as { harness?: typeof window.harness }).harness
  const wordsFor = (state: typeof window.harness.auth.state) => {
    if (state.status === 'signed-in')
      return state.renewal.status === 'degraded' ? `degraded ${state.renewal.code}` : state.renewal.status
    return state.status === 'signed-out' ? `signed out ${state.reason?.message ?? ''}` : state.status
  }
  const frames = () => globalThis.document?.querySelectorAll('iframe').length ?? 0

  return {
    async look() {
      for (let before = -1; begun > before; await time.pause()) before = begun
      const auth = harness()?.auth
      const view: View = {
        begun,
        working,
        waiting: waiting + frames(),
        next: time.next(),
        timers: time.timers(),
        listeners,
        sent,
        calls,
        openCalls,
        ports,
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
