// @vitest-environment node
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { readLayers } from './layers.mjs'

type Sources = Readonly<Record<string, string>>

const SOUND: Sources = {
  'contract/vault.ts': 'export interface Vault {}',
  'contract/auth.ts': "import type { Vault } from './vault.ts'\nexport type Auth = Vault",
  'observable.ts': 'export const observable = 1',
  'provider/discover.ts': 'export const discover = 1',
  'testing/provider.ts': "import 'jose'\nexport {} from '../provider/discover.ts'",
  'testing.ts': "export {} from './testing/provider.ts'",
  'vault/create-vault.ts': "export { discover } from '../provider/discover.ts'\nimport '../observable.ts'",
  'page/create-auth.ts': "import '../observable.ts'\nimport type { Auth } from '../contract/auth.ts'",
  'index.ts': "export {} from './vault/create-vault.ts'\nexport {} from './page/create-auth.ts'",
  'react.tsx': "import 'react'\nimport type { Auth } from './contract/auth.ts'\nimport type {} from './index.ts'",
  'vue.ts': "import 'vue'\nimport type { Auth } from './contract/auth.ts'",
}

const FORBIDDEN: readonly (readonly [claim: string, file: string, line: string])[] = [
  ['page knows no vault', 'page/spy.ts', "import '../vault/create-vault.ts'"],
  ['page knows no provider', 'page/spy.ts', "import '../provider/discover.ts'"],
  ['page knows no provider by its types', 'page/spy.ts', "import type {} from '../provider/discover.ts'"],
  ['page knows no provider by a type expression', 'page/spy.ts', "type T = import('../provider/discover.ts').T"],
  ['page loads no vault later', 'page/spy.ts', "export const later = () => import('../vault/create-vault.ts')"],
  ['page passes no vault on', 'page/spy.ts', "export * from '../vault/create-vault.ts'"],
  ['page starts no vault as a worker', 'page/spy.ts', "new URL('../vault/create-vault.ts', import.meta.url)"],
  ['page imports nothing computed', 'page/spy.ts', 'export const later = (name: string) => import(name)'],
  ['channel knows no vault', 'channel/spy.ts', "import '../vault/create-vault.ts'"],
  ['channel knows no provider', 'channel/spy.ts', "import '../provider/discover.ts'"],
  ['provider knows no vault', 'provider/spy.ts', "import '../vault/create-vault.ts'"],
  ['vault knows no page', 'vault/spy.ts', "import '../page/create-auth.ts'"],
  ['vault speaks OAuth through provider alone', 'vault/spy.ts', "import 'oauth4webapi'"],
  ['provider speaks OAuth in its own words', 'provider/spy.ts', "import 'oauth4webapi'"],
  ['production loads nothing of testing', 'vault/spy.ts', "import '../testing/provider.ts'"],
  ['index loads nothing of testing', 'index.ts', "import './testing.ts'"],
  ['page verifies no token', 'page/spy.ts', "import { jwtVerify } from 'jose/jwt/verify'"],
  ['contract imports nothing', 'contract/spy.ts', "import '../observable.ts'"],
  ['observable imports nothing', 'observable.ts', "import './contract/vault.ts'"],
  ['index goes through vault to the provider', 'index.ts', "import './provider/discover.ts'"],
  ['an adapter knows no vault', 'vue.ts', "import './vault/create-vault.ts'"],
  ['an adapter takes only types from index', 'react.tsx', "import './index.ts'"],
  ['an adapter knows one framework', 'vue.ts', "import 'react'"],
  ['nothing imports an adapter', 'page/spy.ts', "import '../react.tsx'"],
  ['nothing leaves the folder', 'page/spy.ts', "import '../../demo/servers.ts'"],
  ['every file has a layer', 'utils/spy.ts', 'export {}'],
  ['no two files import each other', 'contract/vault.ts', "import type { Auth } from './auth.ts'"],
]

const folders: string[] = []

async function folderOf(sources: Sources): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'layers-'))
  folders.push(folder)
  for (const [file, text] of Object.entries(sources)) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), text)
  }
  return folder
}

function runCheck(folder: string) {
  return spawnSync(process.execPath, ['scripts/check-layers.mjs', folder], { encoding: 'utf8' })
}

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
})

describe('check-layers', () => {
  it('passes a sound import graph', async () => {
    const { status, stdout } = runCheck(await folderOf(SOUND))
    expect(stdout).toBe('11 modules keep to their layers, no cycles\n')
    expect(status).toBe(0)
  })

  it('fails over a forbidden import and names its file and line', async () => {
    const spied = { ...SOUND, 'page/spy.ts': "import '../vault/create-vault.ts'" }
    const { status, stderr } = runCheck(await folderOf(spied))
    expect(stderr).toMatch(/page\/spy\.ts:1 page may not import vault\n$/)
    expect(status).toBe(1)
  })

  it('fails over a folder without modules', async () => {
    expect(runCheck(await folderOf({ 'README.md': 'nothing' })).status).toBe(1)
  })

  it.each(FORBIDDEN)('refuses a break of: %s', async (_claim, file, line) => {
    const { problems } = readLayers(await folderOf({ ...SOUND, [file]: `${SOUND[file] ?? ''}\n${line}` }))
    expect(problems).toEqual([expect.stringContaining(file)])
  })
})
