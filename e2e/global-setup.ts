import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import { pagesFolder } from './world/pages-folder.ts'

const root = join(import.meta.dirname, '..')

/** Builds the pages once, of the library as it ships, where no running demo is disturbed. Answers how to clean up. */
export default async function globalSetup() {
  if (!existsSync(join(root, 'dist/index.js'))) throw new Error('Build the library first: npm run build')
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-e2e-'))
  process.env[pagesFolder.variable] = folder
  await Promise.all([
    buildPages('e2e/harness/vite.config.ts', pagesFolder.harness()),
    buildPages('demo/app/vite.config.ts', pagesFolder.demo()),
  ])
  return () => rmSync(folder, { recursive: true })
}

function buildPages(configFile: string, outDir: string) {
  return build({ configFile: join(root, configFile), logLevel: 'warn', build: { outDir, emptyOutDir: true } })
}
