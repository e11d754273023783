/**
 * Who is due when, for a million at once: a doubly linked list for each slot of time, so that to enter, move and leave cost the
 * same however many there are. Within a slot nobody is first.
 */
export interface Agenda {
  /** Enters somebody, or moves who is in it already. What lies beyond the end is left out. */
  readonly enter: (who: number, milliseconds: number) => void
  readonly leave: (who: number) => void
  /** Takes one out of the slot, or answers -1. */
  readonly take: (slot: number) => number
}

export const SLOT = 500

const NOBODY = -1
const NOWHERE = -1

export function createAgenda(people: number, end: number): Agenda {
  const slots = Math.ceil(end / SLOT)
  const first = new Int32Array(slots).fill(NOBODY)
  const next = new Int32Array(people)
  const previous = new Int32Array(people)
  const slotOf = new Int32Array(people).fill(NOWHERE)

  const leave = (who: number) => {
    const slot = slotOf[who] as number
    if (slot === NOWHERE) return
    const after = next[who] as number
    const before = previous[who] as number
    if (before === NOBODY) first[slot] = after
    else next[before] = after
    if (after !== NOBODY) previous[after] = before
    slotOf[who] = NOWHERE
  }

  return {
    leave,
    enter(who, milliseconds) {
      leave(who)
      const slot = Math.floor(milliseconds / SLOT)
      if (slot >= slots) return
      const after = first[slot] as number
      if (after !== NOBODY) previous[after] = who
      next[who] = after
      previous[who] = NOBODY
      first[slot] = who
      slotOf[who] = slot
    },
    take(slot) {
      const who = first[slot] as number
      if (who !== NOBODY) leave(who)
      return who
    },
  }
}
