import type { Inspected } from './devtools.ts'
import type { View } from './ledger.ts'

/** A page or worker: its clock and what is written down in it. */
export interface Place extends Inspected {
  /** Another with each page that is loaded. */
  readonly name: string
  readonly holdsVault: boolean
  /** What it said last. */
  view: View
  /** Nothing has begun or ended since what it had said before. */
  isQuiet: boolean
  readonly look: () => Promise<void>
  /** Lets the time pass. */
  readonly pass: (milliseconds: number) => Promise<void>
  /** Has its timers ring that are due by now. */
  readonly ring: () => Promise<void>
  /** Its timers do not ring, though its clocks go on: as in a tab that the browser holds back. */
  isAsleep: boolean
}

/** `seen` is called with each thing that it says. */
export async function createPlace(
  inspected: Inspected,
  name: string,
  holdsVault: boolean,
  seen: (place: Place, view: View) => void,
): Promise<Place> {
  const look = () => inspected.run(({ ledger }) => ledger.look())
  const hear = (view: View) => {
    place.isQuiet = view.steps === place.view.steps && view.working.length === 0
    place.view = view
    seen(place, view)
  }
  const place: Place = {
    ...inspected,
    name,
    holdsVault,
    view: await look(),
    isQuiet: false,
    isAsleep: false,
    run: (step, ...given) => {
      place.isQuiet = false
      return inspected.run(step, ...given)
    },
    look: async () => hear(await look()),
    pass: (milliseconds) =>
      inspected.run(
        ({ time }, milliseconds, isAsleep) => (isAsleep ? time.skip : time.move)(milliseconds),
        milliseconds,
        place.isAsleep,
      ),
    ring: async () => {
      const view = await inspected.run(async ({ time, ledger }, isAsleep) => {
        if (!isAsleep) await time.ring()
        return ledger.look()
      }, place.isAsleep)
      hear(view)
    },
  }
  seen(place, place.view)
  return place
}
