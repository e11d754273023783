import { type Auth, createAuth } from 'latchkey'
import { loggingFetch } from '../shared/logging-fetch.ts'
import type { Wire } from '../shared/wire.ts'
import type { Device } from '../trouble/device.ts'
import { playedFetch } from '../trouble/played-fetch.ts'
import { type App, notesOptions } from './notes-options.ts'

/** Tokens in the memory of this page. */
export function openAuth(app: App, wire: Wire, device: Device): Auth {
  return createAuth(notesOptions(app, loggingFetch(wire, playedFetch(device))))
}
