/** One request as it is shown: no header values, no bodies, no query, no answer. */
export interface WireEntry {
  readonly id: string
  /** Milliseconds since 1970, by a clock that nobody plays with. */
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
const NOTHING: WireState = { entries: [], refreshes: 0 }

export type Wire = ReturnType<typeof createWire>

/** Remembers what went over the network, for whoever watches. */
export function createWire() {
  let own = NOTHING
  let followed = NOTHING
  let shown = NOTHING
  const listeners = new Set<() => void>()
  const show = () => {
    shown = together(own, followed)
    for (const listener of listeners) listener()
  }
  return {
    get: () => shown,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    /** What a worker has told, on top of what this page does itself. */
    follow(told: WireState) {
      followed = told
      show()
    },
    /** Answers how to say what came of it. */
    begin(request: Omit<WireEntry, 'id' | 'at' | 'answer'>) {
      const entry: WireEntry = { ...request, id: crypto.randomUUID(), at: performance.timeOrigin + performance.now() }
      const began = performance.now()
      own = { ...own, entries: [entry, ...own.entries].slice(0, KEPT) }
      show()
      return (status: number | 'none') => {
        const answered = { ...entry, answer: { status, ms: Math.round(performance.now() - began) } }
        const refreshed = entry.grant === 'refresh_token' && status === 200
        own = {
          entries: own.entries.map((one) => (one.id === entry.id ? answered : one)),
          refreshes: own.refreshes + (refreshed ? 1 : 0),
        }
        show()
      }
    },
  }
}

function together(one: WireState, other: WireState): WireState {
  const entries = [...one.entries, ...other.entries].sort((first, second) => second.at - first.at).slice(0, KEPT)
  return { entries, refreshes: one.refreshes + other.refreshes }
}
