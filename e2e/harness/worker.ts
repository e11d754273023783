import { createHarness } from './harness.ts'
import { showPanel } from './panel.ts'
import { remoteLibrary } from './remote-library.ts'

await showPanel(createHarness(remoteLibrary((url, name) => new Worker(url, { type: 'module', name }))))
