export interface Observable<Value> {
  readonly get: () => Value
  /** Replaces the value and tells everybody who watches, also whether it was done `silently`: no person would see the difference. */
  readonly set: (next: Value, silently?: boolean) => void
  readonly subscribe: (listener: Listener<Value>) => () => void
}

export type Listener<Value> = (value: Value, silently: boolean | undefined) => void

/** A value that can be watched. A listener that throws is reported and harms no other. */
export function observable<Value>(value: Value): Observable<Value> {
  const listeners = new Set<Listener<Value>>()
  return {
    get: () => value,
    set(next, silently) {
      value = next
      for (const listener of [...listeners]) {
        try {
          if (listeners.has(listener)) listener(next, silently)
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
