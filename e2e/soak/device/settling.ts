import type { Place } from './place.ts'
import type { Tab } from './tab.ts'

interface Ground {
  readonly places: () => readonly Place[]
  readonly tabs: () => readonly Tab[]
  readonly worker: () => Place | undefined
  /** What is held back by others of all that was asked for. */
  readonly held: () => readonly string[]
  /** Whether others have something to do before it can be answered. */
  readonly isBusy: () => boolean
}

const ONE_MINUTE = 60_000

/** Has everything go on that needs no time: a moment is over when nobody has anything left to do in it. */
export function createSettling({ places, tabs, worker, held, isBusy }: Ground): () => Promise<void> {
  /** Whether something that a page or its worker has said to the other is on its way. */
  const isSpeaking = ({ place, port }: Tab) => {
    const { posted, heard } = place.view.ports
    const other = worker()?.view.ports
    return posted[0] !== other?.heard[port] || heard[0] !== other?.posted[port]
  }

  /** Whether a lock that nobody holds any more is on its way to the next who waits for it. */
  const isLockMoving = () => {
    const locks = places().flatMap(({ view }) => Object.entries(view.locks))
    const held = new Set(locks.flatMap(([name, lock]) => (lock.held > 0 ? [name] : [])))
    return locks.some(([name, lock]) => lock.waiting > 0 && !held.has(name))
  }

  /** Whether something is asked for, or answered, right now. */
  const isAsking = () => {
    const waiting = places().flatMap(({ view }) => view.waiting)
    return isBusy() || waiting.sort().join() !== [...held()].sort().join()
  }

  /** Who is in the middle of what. */
  const unrest = () =>
    JSON.stringify({
      places: places().map(({ name, isQuiet, view: { working, waiting, locks, openCalls } }) => {
        return { name, isQuiet, working, waiting, locks, openCalls }
      }),
      speaking: tabs()
        .filter(isSpeaking)
        .map(({ place }) => place.name),
      held: held(),
      isBusy: isBusy(),
    })

  return async () => {
    const goesOn = () =>
      places().some(({ isQuiet }) => !isQuiet) || tabs().some(isSpeaking) || isLockMoving() || isAsking()
    let steps = -1
    for (let since = performance.now(); goesOn(); ) {
      await Promise.all(places().map(({ look }) => look()))
      const sum = places().reduce((sum, { view }) => sum + view.steps, 0)
      if (sum !== steps) since = performance.now()
      steps = sum
      if (performance.now() - since > ONE_MINUTE) throw new Error(`It does not come to rest: ${unrest()}`)
    }
  }
}
