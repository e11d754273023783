import type { AuthError } from 'latchkey'
import { useAuth } from 'latchkey/react'
import { useState } from 'react'
import { problemAtTheDoor } from '../shared/problem.ts'
import { HomeSwitch } from './behind/HomeSwitch.tsx'
import { PlayedClock } from './behind/PlayedClock.tsx'
import { TabList } from './behind/TabList.tsx'
import { WayIn } from './behind/WayIn.tsx'
import { Dial } from './Dial.tsx'
import { Mark } from './Mark.tsx'
import { ProblemNote } from './ProblemNote.tsx'

export function Landing({ reason }: { reason: AuthError | undefined }) {
  const { login, retry } = useAuth()
  const [asked, setAsked] = useState<'redirect' | 'popup'>()
  const [failure, setFailure] = useState<unknown>(reason)

  const signIn = async (mode: 'redirect' | 'popup') => {
    setAsked(mode)
    setFailure(undefined)
    try {
      await login({ mode })
    } catch (error) {
      setFailure(error)
      setAsked(undefined)
    }
  }

  const problem = failure === undefined ? undefined : problemAtTheDoor(failure)
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
        {problem && (
          <ProblemNote problem={problem}>
            {problem.passes && failure === reason && (
              <button type="button" className="quiet" onClick={retry}>
                Try again
              </button>
            )}
          </ProblemNote>
        )}
        <div className="welcome-actions">
          <button type="button" className="primary large" onClick={() => signIn('redirect')} disabled={!!asked}>
            {asked === 'redirect' ? 'Taking you there…' : 'Sign in'}
          </button>
          <button
            type="button"
            className="outlined large"
            onClick={() => signIn('popup')}
            disabled={asked === 'redirect'}
          >
            {asked === 'popup' ? 'Show the popup' : 'Use a popup'}
          </button>
          <a href="/vue.html">The same app in Vue</a>
        </div>
        <p className="hint">
          For a try: <kbd>ada</kbd> or <kbd>grace</kbd>, password <kbd>latchkey</kbd>.
        </p>
      </main>
      <aside className="behind behind-closed" aria-label="Behind the lock">
        <Dial />
        <HomeSwitch />
        <PlayedClock />
        <WayIn />
        <TabList />
        <p className="hint">Sign in to watch tokens run out after a minute and be renewed before you notice.</p>
      </aside>
    </div>
  )
}
