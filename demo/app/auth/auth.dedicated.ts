import type { Auth } from 'latchkey'
import { connectVault, createAuth } from 'latchkey/remote'
import type { Wire } from '../shared/wire.ts'
import { followWire } from '../shared/wire-channel.ts'
import type { App } from './notes-options.ts'
import { admitOwnWorkers } from './own-workers.ts'

/** Tokens in a worker of this tab. */
export function openAuth(app: App, wire: Wire): Auth {
  admitOwnWorkers()
  const name = `${app} ${crypto.randomUUID()}`
  followWire(wire, name)
  return createAuth({
    vault: connectVault(() => new Worker(new URL('./auth.worker.ts', import.meta.url), { type: 'module', name })),
  })
}
