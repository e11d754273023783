import { createAuth } from 'latchkey'
import { withEvents } from 'latchkey/events'
import { createMonitor } from './monitoring.ts'

export const auth = withEvents(
  createAuth({
    issuer: 'https://login.example.com',
    clientId: 'notes-spa',
    scope: 'profile offline_access',
    apis: [{ url: 'https://api.example.com/' }],
  }),
  createMonitor(),
)
