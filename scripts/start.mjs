// @ts-check
// The demo, from a fresh clone: packages, the library, the provider, the API and the app. `--dev`: from the sources.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { installPackages } from './install-packages.mjs'

const root = join(import.meta.dirname, '..')
process.chdir(root)
const mode = process.argv.includes('--dev') ? 'develop' : 'serve'

try {
  installPackages()
  if (mode === 'serve') buildLibrary()
  // Node 20 runs no TypeScript, Vite does. It is there only now.
  const { runnerImport } = await import('vite')
  /** @type {{ module: typeof import('../demo/start.ts') }} */
  const { module } = await runnerImport(join(root, 'demo/start.ts'), { root, logLevel: 'warn' })
  await module.start(mode)
} catch (error) {
  console.error(error)
  process.exit(1)
}

function buildLibrary() {
  console.log('Building the library…')
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' })
  if (status !== 0) throw new Error('The library does not build')
}
