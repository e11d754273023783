/** The clock and the timers of one page or worker, in the hands of the test. */
export interface VirtualTime {
  /** Milliseconds until the next timer; `undefined` where there is none. */
  readonly next: () => number | undefined
  readonly timers: () => number
  /** Lets the time pass, until something is to ring. */
  readonly move: (milliseconds: number) => void
  /** Rings what is due. */
  readonly ring: () => Promise<void>
  /** Lets the time pass, and nothing is to ring. */
  readonly skip: (milliseconds: number) => void
  /** Milliseconds without those that were skipped. */
  readonly awake: () => number
  readonly setWall: (time: number) => void
  /** A pause in real time, in which whatever is ready goes on. */
  readonly pause: () => Promise<void>
}

/** Needs nothing around it: it is written into pages and workers as text, in front of all else. */
export function installVirtualTime(start: number): VirtualTime {
  const RealDate = Date
  const realTimeout = globalThis.setTimeout.bind(globalThis)
  interface Timer {
    due: number
    readonly every: number | undefined
    readonly ring: () => void
  }
  const timers = new Map<number, Timer>()
  let wall = start
  let monotonic = 1_000
  let skipped = 0
  let last = 0

  class VirtualDate extends RealDate {
    constructor(...given: readonly unknown[]) {
      super(...((given.length ? given : [wall]) as [number]))
    }
    static override now = () => wall
  }
  const begin = (repeats: boolean) => {
    return (ring: (...given: unknown[]) => void, delay = 0, ...given: unknown[]) => {
      const milliseconds = Math.max(Math.ceil(Number(delay)) || 0, 0)
      last += 1
      const every = repeats ? milliseconds : undefined
      timers.set(last, { due: monotonic + milliseconds, every, ring: () => ring(...given) })
      return last
    }
  }
  const end = (id = 0) => void timers.delete(id)
  Object.assign(globalThis, {
    Date: VirtualDate,
    setTimeout: begin(false),
    setInterval: begin(true),
    clearTimeout: end,
    clearInterval: end,
  })
  Object.defineProperty(performance, 'now', { value: () => monotonic })

  const earliest = () => [...timers].reduce((first, one) => (one[1].due < first[1].due ? one : first))
  const pause = () => new Promise<void>((resolve) => realTimeout(resolve, 1))
  return {
    pause,
    next: () => (timers.size ? Math.max(earliest()[1].due - monotonic, 0) : undefined),
    timers: () => timers.size,
    async ring() {
      while (timers.size) {
        const [id, timer] = earliest()
        if (timer.due > monotonic) return
        if (timer.every === undefined) timers.delete(id)
        else timer.due = monotonic + timer.every
        timer.ring()
        await pause()
      }
    },
    move(milliseconds) {
      wall += milliseconds
      monotonic += milliseconds
    },
    skip(milliseconds) {
      wall += milliseconds
      monotonic += milliseconds
      skipped += milliseconds
    },
    awake: () => monotonic - skipped,
    setWall(time) {
      wall = time
    },
  }
}
