// @ts-check
// A million sessions for a day, in about a minute: `npm run simulate:fleet -- --seed 7 --lifetime 3600 --svg docs/images/fleet.svg`.
import { join } from 'node:path'
import { runnerImport } from 'vite'

const root = join(import.meta.dirname, '..')
// Node 20 runs no TypeScript, Vite does.
/** @type {{ module: typeof import('./simulate-fleet/run.ts') }} */
const { module } = await runnerImport(join(root, 'scripts/simulate-fleet/run.ts'), { root, logLevel: 'warn' })
module.run(process.argv.slice(2))
