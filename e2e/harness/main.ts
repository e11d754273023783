import { createHarness } from './harness.ts'
import { pageLibrary } from './page-library.ts'
import { showPanel } from './panel.ts'

await showPanel(createHarness(pageLibrary))
