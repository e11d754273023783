const MINUTE = 60_000
const OF_WORKERS = 4

/** From now on timers fire once a minute, as they do in a page that has been in the background for a while. */
export function throttleTimers(): void {
  const { setTimeout } = globalThis
  const late = (step: () => void, milliseconds = 0) => {
    if (milliseconds === OF_WORKERS) return setTimeout(step, milliseconds)
    const due = performance.now() + milliseconds
    return setTimeout(step, Math.ceil(due / MINUTE) * MINUTE - performance.now())
  }
  // What the fake clock has noted on its own functions it needs to put the real ones back.
  globalThis.setTimeout = Object.assign(late, setTimeout) as typeof setTimeout
}
