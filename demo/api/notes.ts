import { randomUUID } from 'node:crypto'

interface Note {
  readonly id: string
  readonly text: string
  /** ISO 8601. */
  readonly createdAt: string
}

export type Notebooks = ReturnType<typeof createNotebooks>

const HOUR = 60 * 60 * 1000

/** A notebook for each subject, until the process ends. Ada and Grace have written in theirs. */
export function createNotebooks() {
  const notebooks = new Map(Object.entries(WRITTEN).map(([owner, lines]) => [owner, lines.map(toNote)]))
  const notebookOf = (owner: string): readonly Note[] => notebooks.get(owner) ?? []
  return {
    /** Oldest first. */
    list: notebookOf,
    add(owner: string, text: string): Note {
      const note = { id: randomUUID(), text, createdAt: new Date().toISOString() }
      notebooks.set(owner, [...notebookOf(owner), note])
      return note
    },
    /** False: `owner` has no such note. */
    remove(owner: string, id: string): boolean {
      const before = notebookOf(owner)
      const after = before.filter((note) => note.id !== id)
      notebooks.set(owner, after)
      return after.length < before.length
    },
    removeAll(owner: string): void {
      notebooks.set(owner, [])
    },
  }
}

function toNote([hoursAgo, text]: readonly [number, string]): Note {
  return { id: randomUUID(), text, createdAt: new Date(Date.now() - hoursAgo * HOUR).toISOString() }
}

const WRITTEN: Readonly<Record<string, readonly (readonly [hoursAgo: number, text: string])[]>> = {
  ada: [
    [214, 'Ask Mr Babbage which punched cards the engine still needs before Thursday'],
    [75, 'Note G: the Bernoulli table has a slip in the fourth operation. Check again in daylight'],
    [29, 'Bring back the Jacquard pattern book, two weeks late already'],
    [4, 'Could the engine compose music? Write to Mary about harmony'],
  ],
  grace: [
    [340, 'Tape the moth into the log book, with the time: 15:45'],
    [98, 'Cut more nanoseconds: eleven point eight inches of wire each, for Monday’s lecture'],
    [51, 'FLOW-MATIC manual: verbs first, nobody wants to read symbols'],
    [7, 'Find out who says “we’ve always done it this way” and set their clock backwards'],
  ],
}
