// @ts-check
// A provider of the demo in a process of its own, whose clock stands still but for what it is told.
import { join } from 'node:path'
import { runnerImport } from 'vite'

const root = join(import.meta.dirname, '../../..')
/** @type {{ module: typeof import('./timed-provider.ts') }} */
const { module } = await runnerImport(join(import.meta.dirname, 'timed-provider.ts'), { root, logLevel: 'warn' })
const wishes = await module.startTimedProvider(JSON.parse(process.argv[2] ?? '{}'))

process.on('message', async (/** @type {import('./timed-provider.ts').Wish} */ wish) => {
  await wishes(wish)
  process.send?.('done')
})
process.once('disconnect', () => process.exit())
process.send?.('done')
