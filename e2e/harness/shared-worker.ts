import { createHarness } from './harness.ts'
import { showPanel } from './panel.ts'
import { remoteLibrary } from './remote-library.ts'

// `extendedLifetime` is not in TypeScript's own types yet.
const choices = { type: 'module', extendedLifetime: true } as const

await showPanel(createHarness(remoteLibrary((url, name) => new SharedWorker(url, { ...choices, name }))))
