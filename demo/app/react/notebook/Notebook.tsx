import { useAuth } from 'latchkey/react'
import { useState } from 'react'
import { ProblemNote } from '../ProblemNote.tsx'
import { CONFIRMED, DeleteAllDialog } from './DeleteAllDialog.tsx'
import { NoteForm } from './NoteForm.tsx'
import { NoteList } from './NoteList.tsx'
import type { Notes } from './use-notes.ts'

export function Notebook({ notes }: { notes: Notes }) {
  const { login, state } = useAuth()
  const isReconnecting = state.status === 'signed-in' && state.renewal.status === 'degraded'
  const { shown, problem, reload, add, remove, removeAll } = notes
  const [asking, setAsking] = useState(location.hash === CONFIRMED)
  const count = shown.status === 'ready' ? shown.rows.length : 0
  return (
    <main className="notebook">
      <div className="notebook-head">
        <h1>Your notes</h1>
        {count > 0 && (
          <button type="button" className="quiet danger" onClick={() => setAsking(true)}>
            Delete all…
          </button>
        )}
      </div>
      <NoteForm add={add} ready={shown.status === 'ready'} />
      {problem && (
        <ProblemNote problem={problem}>
          {problem.code === 'login_required' && (
            <button type="button" className="quiet" onClick={() => login()}>
              Sign in
            </button>
          )}
          {problem.code !== 'login_required' && !isReconnecting && (
            <button type="button" className="quiet" onClick={() => reload()}>
              Try again
            </button>
          )}
        </ProblemNote>
      )}
      <NoteList shown={shown} remove={remove} />
      {asking && shown.status === 'ready' && (
        <DeleteAllDialog count={count} removeAll={removeAll} close={() => setAsking(false)} />
      )}
    </main>
  )
}
