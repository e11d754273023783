// @ts-check
// The library in every browser engine of this machine: `npm run try:browsers -- --engine webkit --home worker --only lost`.
import { join } from 'node:path'
import { runnerImport } from 'vite'

const root = join(import.meta.dirname, '..')
process.chdir(root)
// Node 20 runs no TypeScript, Vite does.
/** @type {{ module: typeof import('./try-browsers/run.ts') }} */
const { module } = await runnerImport(join(root, 'scripts/try-browsers/run.ts'), { root, logLevel: 'warn' })
process.exitCode = await module.run(process.argv.slice(2))
