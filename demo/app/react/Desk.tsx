import type { User } from 'latchkey'
import { Behind } from './behind/Behind.tsx'
import { LifeLine } from './behind/LifeLine.tsx'
import { Notebook } from './notebook/Notebook.tsx'
import { useNotes } from './notebook/use-notes.ts'
import { Reconnecting } from './Reconnecting.tsx'
import { TopBar } from './TopBar.tsx'

/** Signed in: the notebook, and beside it what Latchkey does meanwhile. */
export function Desk({ user }: { user: User }) {
  const notes = useNotes()
  return (
    <div className="split">
      <div className="page">
        <TopBar user={user} />
        <LifeLine />
        <Reconnecting />
        <Notebook notes={notes} />
      </div>
      <Behind user={user} reload={notes.reload} />
    </div>
  )
}
