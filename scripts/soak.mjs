// @ts-check
// Days at work while everything goes wrong that passes, in some minutes: `npm run soak -- --seed 7 --lifetimes 5000 --home page`.
import { join } from 'node:path'
import { runnerImport } from 'vite'

const root = join(import.meta.dirname, '..')
process.chdir(root)
// Node 20 runs no TypeScript, Vite does.
/** @type {{ module: typeof import('../e2e/soak/run.ts') }} */
const { module } = await runnerImport(join(root, 'e2e/soak/run.ts'), {
  root,
  resolve: { tsconfigPaths: true },
  logLevel: 'warn',
})
await module.run(process.argv.slice(2))
