import type { SessionStore } from 'latchkey/persist'

/** What all tabs of one browser share; a lock is held until its step has ended, or its holder is killed. */
export interface MemoryStore extends SessionStore {
  readonly kept: Map<string, string>
  /** Put in front of each use, to fail or to hold it up. */
  fault: (use: 'load' | 'save' | 'forget') => unknown
  /** Whoever holds the lock is gone: what it was about goes on without it, as in a page that was frozen, or comes to nothing. */
  readonly kill: () => void
}

export function memoryStore({ locks = true } = {}): MemoryStore {
  const kept = new Map<string, string>()
  const waiting: (() => void)[] = []
  let holder: object | undefined
  const next = () => {
    holder = undefined
    waiting.shift()?.()
  }
  const store: MemoryStore = {
    kept,
    fault: () => {},
    kill: next,
    async alone(_, step) {
      if (!locks) return step()
      if (holder) await new Promise<void>((resolve) => waiting.push(resolve))
      const me = {}
      holder = me
      try {
        return await step()
      } finally {
        if (holder === me) next()
      }
    },
    async load(name) {
      await store.fault('load')
      return kept.get(name)
    },
    async save(name, session) {
      await store.fault('save')
      kept.set(name, session)
    },
    async forget(name) {
      await store.fault('forget')
      kept.delete(name)
    },
  }
  return store
}
