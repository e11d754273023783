export interface Observable<Value> {
  readonly get: () => Value
  /** Replaces the value and tells everybody who watches. */
  readonly set: (next: Value) => void
  /** Replaces the value without a word: nobody would see the difference. */
  readonly replace: (next: Value) => void
  readonly subscribe: (listener: (value: Value) => void) => () => void
}

/** A value that can be watched. A listener that throws is reported and harms no other. */
export function observable<Value>(value: Value): Observable<Value> {
  const listeners = new Set<(value: Value) => void>()
  const replace = (next: Value) => {
    value = next
  }
  return {
    get: () => value,
    replace,
    set(next) {
      replace(next)
      for (const listener of [...listeners]) {
        try {
          if (listeners.has(listener)) listener(next)
        } catch (error) {
          // biome-ignore lint/suspicious/noConsole: Node and jsdom have no reportError, and it must not go unseen.
          ;(globalThis.reportError ?? console.error)(error)
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
