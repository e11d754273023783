import { useAuth } from 'latchkey/react'
import { WAITING } from '../shared/way.ts'
import { Desk } from './Desk.tsx'
import { Landing } from './Landing.tsx'
import { Mark } from './Mark.tsx'

export function App() {
  const { state } = useAuth()
  if (state.status === 'signed-in') return <Desk user={state.session.user} />
  if (state.status === 'signed-out') return <Landing reason={state.reason} />
  return (
    <main className="opening" aria-busy="true">
      <Mark />
      <p role="status">{WAITING[state.waitingFor]}</p>
    </main>
  )
}
