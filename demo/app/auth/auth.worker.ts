import { serveVault } from 'latchkey/vault'
import { loggingFetch } from '../shared/logging-fetch.ts'
import { createWire } from '../shared/wire.ts'
import { tellWire } from '../shared/wire-channel.ts'
import { createDevice } from '../trouble/device.ts'
import { playedFetch } from '../trouble/played-fetch.ts'
import { notesOptions } from './notes-options.ts'

// The page chooses among what is written here, and can say nothing else.
const app = self.name.startsWith('vue') ? 'vue' : 'react'
const wire = createWire()

serveVault(notesOptions(app, loggingFetch(wire, playedFetch(createDevice()))))
tellWire(wire, self.name)
