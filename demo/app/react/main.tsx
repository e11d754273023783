import { AuthProvider } from 'latchkey/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { openDemo } from '../shared/open-demo.ts'
import { problemOf } from '../shared/problem.ts'
import { listenFirst } from '../thief/let-in-first.ts'
import { App } from './App.tsx'
import { DemoProvider } from './demo.tsx'
import { ProblemNote } from './ProblemNote.tsx'
import '../styles/notes.css'
import '../styles/behind.css'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')

async function notesApp() {
  const listening = await listenFirst()
  const demo = { ...(await openDemo('react')), listening }
  return (
    <AuthProvider auth={demo.auth}>
      <DemoProvider demo={demo}>
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
