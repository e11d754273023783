import { useAuth } from 'latchkey/react'
import { reconnectingWords } from '../shared/problem.ts'
import { useDemo } from './demo.tsx'

/** For as long as renewing the tokens fails in passing. Nobody is signed out, and nothing that was typed is lost. */
export function Reconnecting() {
  const { state } = useAuth()
  const { auth } = useDemo()
  if (state.status !== 'signed-in' || state.renewal.status !== 'degraded') return null
  return (
    <div className="reconnecting" role="status">
      <p>
        <strong>Reconnecting…</strong> {reconnectingWords(state.renewal.code)}
      </p>
      <button type="button" className="outlined" onClick={auth.retry}>
        Try again
      </button>
    </div>
  )
}
