import { AuthProvider } from 'latchkey/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createNotesAuth } from '../shared/create-notes-auth.ts'
import { loadDemoConfig } from '../shared/demo-config.ts'
import { logArrival, loggingFetch } from '../shared/logging-fetch.ts'
import { createWire } from '../shared/wire.ts'
import { App } from './App.tsx'
import { DemoProvider } from './demo.tsx'
import '../styles/notes.css'
import '../styles/behind.css'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')

const wire = createWire()
logArrival(wire)
const config = await loadDemoConfig()
const auth = createNotesAuth(config, '/', loggingFetch(wire))

createRoot(root).render(
  <StrictMode>
    <AuthProvider auth={auth}>
      <DemoProvider demo={{ auth, config, wire }}>
        <App />
      </DemoProvider>
    </AuthProvider>
  </StrictMode>,
)
