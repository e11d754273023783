import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '../../..')
const PACKAGES = ['happy-dom', 'jose', 'oauth4webapi', 'react', 'react-dom', 'vite', 'vitest', 'vue']

/** An app of its own, with the library installed in it as it ships. */
export interface ScratchApp {
  readonly folder: string
  readonly write: (file: string, text: string) => void
  readonly node: (...parameters: string[]) => SpawnSyncReturns<string>
  readonly remove: () => void
}

export function createScratchApp(): ScratchApp {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-app-'))
  const library = join(folder, 'node_modules/latchkey')
  mkdirSync(library, { recursive: true })
  cpSync(join(root, 'package.json'), join(library, 'package.json'))
  for (const name of PACKAGES)
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), 'junction')

  const node = (...parameters: string[]) =>
    spawnSync(process.execPath, parameters, { cwd: folder, encoding: 'utf8', env: plainEnvironment() })
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const { status, stdout } = node(compiler, '-p', join(root, 'tsconfig.build.json'), '--outDir', join(library, 'dist'))
  if (status !== 0) throw new Error(stdout)

  return {
    folder,
    node,
    write(file, text) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), text)
    },
    remove: () => rmSync(folder, { recursive: true }),
  }
}

/** Without what this test runner tells its own children. */
const plainEnvironment = () =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV|NODE_TEST|NODE_OPTIONS)/.test(name)),
  )
