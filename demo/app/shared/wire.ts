/** One request as it is shown: no header values, no bodies, no query, no answer. */
export interface WireEntry {
  readonly id: number
  readonly at: number
  readonly method: string
  /** Host and path. */
  readonly target: string
  readonly note?: string
  /** The value of `grant_type`: a word of the protocol, no secret. */
  readonly grant?: string
  readonly answer?: { readonly status: number | 'none'; readonly ms: number }
}

export interface WireState {
  /** Newest first. */
  readonly entries: readonly WireEntry[]
  readonly refreshes: number
}

const KEPT = 80

export type Wire = ReturnType<typeof createWire>

/** Remembers what went over the network, for whoever watches. */
export function createWire() {
  let state: WireState = { entries: [], refreshes: 0 }
  let lastId = 0
  const listeners = new Set<() => void>()
  const change = (next: WireState) => {
    state = next
    for (const listener of listeners) listener()
  }
  return {
    get: () => state,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    /** Answers how to say what came of it. */
    begin(request: Omit<WireEntry, 'id' | 'at' | 'answer'>) {
      const entry: WireEntry = { ...request, id: ++lastId, at: Date.now() }
      const began = performance.now()
      change({ ...state, entries: [entry, ...state.entries].slice(0, KEPT) })
      return (status: number | 'none') => {
        const answered = { ...entry, answer: { status, ms: Math.round(performance.now() - began) } }
        const refreshed = entry.grant === 'refresh_token' && status === 200
        change({
          entries: state.entries.map((one) => (one.id === entry.id ? answered : one)),
          refreshes: state.refreshes + (refreshed ? 1 : 0),
        })
      }
    },
  }
}
