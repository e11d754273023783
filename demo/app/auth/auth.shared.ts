import type { Auth } from 'latchkey'
import { connectVault, createAuth } from 'latchkey/remote'
import type { Wire } from '../shared/wire.ts'
import { followWire } from '../shared/wire-channel.ts'
import type { App } from './notes-options.ts'
import { admitOwnWorkers } from './own-workers.ts'

/** Tokens in one worker for all tabs, or in one of this tab where the browser has no such thing. */
export function openAuth(app: App, wire: Wire): Auth {
  admitOwnWorkers()
  const name = `${app} ${crypto.randomUUID()}`
  followWire(wire, app)
  followWire(wire, name)
  return createAuth({
    vault: connectVault(
      () => sharedWorker(app),
      () => new Worker(new URL('./auth.worker.ts', import.meta.url), { type: 'module', name }),
    ),
  })
}

/** All pages have to ask for it in the same words. */
export function sharedWorker(name: App): SharedWorker {
  return new SharedWorker(new URL('./auth.worker.ts', import.meta.url), {
    type: 'module',
    name,
    extendedLifetime: true,
  })
}
