import { vi } from 'vitest'
import type { Tab } from './tab.ts'

export interface Count {
  readonly listeners: number
  readonly timers: number
}

/** Counts the listeners on the page of this tab and the timers, from now on; what stops with a signal is no longer there. */
export function counting({ window }: Tab): () => Count {
  const page = window()
  const active = new Set<string>()
  const ids = new Map<unknown, number>()
  const idOf = (listener: unknown) => {
    const id = ids.get(listener) ?? ids.size
    ids.set(listener, id)
    return id
  }
  for (const [place, target] of Object.entries({ window: page, document: page.document })) {
    const add = target.addEventListener.bind(target) as typeof addEventListener
    const remove = target.removeEventListener.bind(target) as typeof removeEventListener
    const keyOf = (type: string, listener: unknown) => `${place} ${type} ${idOf(listener)}`
    const replacements: Pick<typeof globalThis, 'addEventListener' | 'removeEventListener'> = {
      addEventListener(
        type: string,
        listener: EventListenerOrEventListenerObject,
        options?: boolean | AddEventListenerOptions,
      ) {
        const { signal, once } = typeof options === 'object' ? options : {}
        const key = keyOf(type, listener)
        active.add(key)
        signal?.addEventListener('abort', () => active.delete(key), { once: true })
        if (!once) return add(type, listener, options)
        add(type, () => active.delete(key), { once: true })
        add(type, listener, options)
      },
      removeEventListener(type: string, listener: EventListenerOrEventListenerObject) {
        active.delete(keyOf(type, listener))
        remove(type, listener)
      },
    }
    Object.assign(target, replacements)
    if (place === 'window') for (const [name, value] of Object.entries(replacements)) vi.stubGlobal(name, value)
  }
  return () => ({ listeners: active.size, timers: vi.getTimerCount() })
}
