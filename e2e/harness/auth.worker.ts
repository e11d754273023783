import { encryptedSession } from 'latchkey/persist'
import { serveVault } from 'latchkey/vault'
import type { HarnessOptions } from './harness.ts'

// An app would have them here in the source; a test says them in the worker's name.
const told: HarnessOptions = JSON.parse(self.name)
const { keepSession, waitForLogin: _, ...options } = told

const outside = new BroadcastChannel('harness worker')
outside.onmessage = ({ data }) => {
  if (data === 'close') self.close()
}
const report = (problem: string) => outside.postMessage({ problem })
addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
  report(`policy violated ${effectiveDirective} ${blockedURI}`),
)
addEventListener('error', ({ message }) => report(`thrown in the worker: ${message}`))
addEventListener('unhandledrejection', ({ reason }) => report(`rejected in the worker: ${reason}`))

serveVault({ ...options, ...(keepSession && { keepSession: encryptedSession() }) })
