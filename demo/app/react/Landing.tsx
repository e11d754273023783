import type { AuthError } from 'latchkey'
import { useAuth } from 'latchkey/react'
import { useState } from 'react'
import { problemOf } from '../shared/problem.ts'
import { Dial } from './Dial.tsx'
import { Mark } from './Mark.tsx'
import { ProblemNote } from './ProblemNote.tsx'

export function Landing({ reason }: { reason: AuthError | undefined }) {
  const { login } = useAuth()
  const [leaving, setLeaving] = useState(false)
  const [failure, setFailure] = useState<unknown>(reason)

  const signIn = async () => {
    setLeaving(true)
    setFailure(undefined)
    try {
      await login({ returnTo: '/' })
    } catch (error) {
      setFailure(error)
      setLeaving(false)
    }
  }

  return (
    <div className="split">
      <main className="welcome">
        <p className="brand">
          <Mark /> Notes
        </p>
        <h1>A page of your own, and only yours.</h1>
        <p className="lead">
          Write a line down, find it again tomorrow. Notes knows you by the account you already have and keeps no
          password.
        </p>
        {failure !== undefined && <ProblemNote problem={problemOf(failure)} />}
        <div className="welcome-actions">
          <button type="button" className="primary large" onClick={signIn} disabled={leaving}>
            {leaving ? 'Taking you there…' : 'Sign in'}
          </button>
          <a href="/vue.html">The same app in Vue</a>
        </div>
        <p className="hint">
          For a try: <kbd>ada</kbd> or <kbd>grace</kbd>, password <kbd>latchkey</kbd>.
        </p>
      </main>
      <aside className="behind behind-closed" aria-labelledby="promises">
        <Dial />
        <h2 id="promises">Behind the lock</h2>
        <ul className="promises">
          <li>Tokens live in memory, and nowhere else.</li>
          <li>They run out after a minute and are renewed before you notice.</li>
          <li>They travel to the notes API alone.</li>
        </ul>
        <p className="hint">Sign in to watch it happen.</p>
      </aside>
    </div>
  )
}
