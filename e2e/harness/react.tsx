import { AuthProvider, useAuth } from 'latchkey/react'
import { StrictMode, useEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { createHarness, wordsFor } from './harness.ts'
import { pageLibrary } from './page-library.ts'

const harness = createHarness(pageLibrary)

function Panel() {
  const { state, login, logout } = useAuth()
  useEffect(() => {
    harness.renders += 1
  })
  return (
    <>
      <p role="status">{wordsFor(state)}</p>
      <button type="button" onClick={() => login()}>
        Sign in
      </button>
      <button type="button" onClick={() => logout()}>
        Sign out
      </button>
    </>
  )
}

const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <StrictMode>
      <AuthProvider auth={harness.auth}>
        <Panel />
      </AuthProvider>
    </StrictMode>,
  )
