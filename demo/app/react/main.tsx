import { AuthProvider } from 'latchkey/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createNotesAuth } from '../shared/create-notes-auth.ts'
import { loadDemoConfig } from '../shared/demo-config.ts'
import { logArrival, loggingFetch } from '../shared/logging-fetch.ts'
import { problemOf } from '../shared/problem.ts'
import { createWire } from '../shared/wire.ts'
import { App } from './App.tsx'
import { DemoProvider } from './demo.tsx'
import { ProblemNote } from './ProblemNote.tsx'
import '../styles/notes.css'
import '../styles/behind.css'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')

async function notesApp() {
  const wire = createWire()
  logArrival(wire)
  const config = await loadDemoConfig()
  const auth = createNotesAuth(config, '/', loggingFetch(wire))
  return (
    <AuthProvider auth={auth}>
      <DemoProvider demo={{ auth, config, wire }}>
        <App />
      </DemoProvider>
    </AuthProvider>
  )
}

const app = await notesApp().catch((error) => {
  console.error(error)
  return (
    <main className="opening">
      <ProblemNote problem={problemOf(error)} />
    </main>
  )
})

createRoot(root).render(<StrictMode>{app}</StrictMode>)
