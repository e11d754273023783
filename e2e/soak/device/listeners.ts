export interface Listeners {
  readonly count: () => number
  /** To be called before the garbage is taken away. */
  readonly expectGarbage: () => void
  /** Resolves when it is known what was in it. */
  readonly garbageIsGone: () => Promise<void>
}

/** Counts the listeners there are. Needs nothing around it, as `installVirtualTime`. */
export function watchListeners(): Listeners {
  const { prototype: target } = EventTarget
  const { addEventListener, removeEventListener } = target
  let left = 0
  let garbage = Promise.resolve()

  // A listener is gone when it was removed, when it was for one time, when its signal says so, and with its target.
  const known = new WeakMap<
    EventTarget,
    { readonly keys: Map<unknown, Set<string>>; readonly count: { left: number } }
  >()
  const collected = new FinalizationRegistry<{ readonly left: number; readonly told?: () => void }>((gone) => {
    left -= gone.left
    gone.told?.()
  })
  const keyOf = (type: string, options: unknown) =>
    `${type} ${typeof options === 'object' ? !!(options as AddEventListenerOptions | null)?.capture : !!options}`
  const forget = (at: EventTarget, listener: unknown, key: string) => {
    const entry = known.get(at)
    const keys = entry?.keys.get(listener)
    if (!entry || !keys?.delete(key)) return
    if (keys.size === 0) entry.keys.delete(listener)
    entry.count.left -= 1
    left -= 1
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
    left += 1
    const gone = () => forget(at, listener, key)
    if (once) addEventListener.call(at, type, gone, { once: true })
    if (signal) addEventListener.call(signal, 'abort', gone, { once: true })
  }
  target.removeEventListener = function (type, listener, options) {
    const at = this ?? globalThis
    removeEventListener.call(at, type, listener, options)
    forget(at, listener, keyOf(type, options))
  }

  return {
    count: () => left,
    expectGarbage() {
      garbage = new Promise((told) => collected.register({}, { left: 0, told }))
    },
    garbageIsGone: () => garbage,
  }
}
