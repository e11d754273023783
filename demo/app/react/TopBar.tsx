import type { User } from 'latchkey'
import { useAuth } from 'latchkey/react'
import { useState } from 'react'
import { Mark } from './Mark.tsx'

export function TopBar({ user }: { user: User }) {
  const { logout } = useAuth()
  const [leaving, setLeaving] = useState(false)
  const name = user.name ?? user.sub
  const signOut = () => {
    setLeaving(true)
    logout()
  }
  return (
    <header className="top-bar">
      <p className="brand">
        <Mark /> Notes
      </p>
      <p className="person">
        <span className="initials" aria-hidden="true">
          {initialsOf(name)}
        </span>
        {name}
      </p>
      <button type="button" className="quiet" onClick={signOut} disabled={leaving}>
        Sign out
      </button>
    </header>
  )
}

function initialsOf(name: string): string {
  const words = name.split(/\s+/).map((word) => [...word][0] ?? '')
  return [words.at(0), words.length > 1 ? words.at(-1) : ''].join('').toUpperCase()
}
