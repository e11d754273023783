// @ts-check
// What each home costs, next to plain `fetch` in the same run. Prints a table; nothing here passes or fails.
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
process.chdir(root)

// Node 20 runs no TypeScript, Vite does.
const { runnerImport } = await import('vite')
/** @type {{ module: typeof import('./bench.ts') }} */
const { module } = await runnerImport(join(root, 'bench/bench.ts'), {
  root,
  resolve: { tsconfigPaths: true },
  logLevel: 'warn',
})
await module.bench()
