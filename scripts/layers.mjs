// @ts-check
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join, posix, sep } from 'node:path'
import { findCycle } from './find-cycle.mjs'
import { importsOf } from './imports.mjs'

/** Single ideas that import nothing and know nothing of tokens: they may stand under any layer. */
const GROUND = ['observable.ts', 'own-properties.ts', 'own-url.ts', 'secret-text.ts', 'shelf.ts', 'trying.ts']

/**
 * What each layer may know besides itself; `type x` allows `import type` alone.
 * @type {Record<string, { layers: string[], packages: string[] }>}
 */
const MAY_IMPORT = {
  contract: { layers: [], packages: [] },
  'observable.ts': { layers: [], packages: [] },
  'own-properties.ts': { layers: [], packages: [] },
  'own-url.ts': { layers: [], packages: [] },
  'secret-text.ts': { layers: [], packages: [] },
  'shelf.ts': { layers: ['trying.ts'], packages: [] },
  'trying.ts': { layers: [], packages: [] },
  provider: { layers: ['contract', ...GROUND], packages: [] },
  vault: { layers: ['provider', 'contract', ...GROUND], packages: [] },
  channel: { layers: ['contract', ...GROUND], packages: [] },
  page: { layers: ['contract', ...GROUND], packages: [] },
  persist: { layers: ['vault', 'provider', 'contract', ...GROUND], packages: [] },
  'persist.ts': { layers: ['persist', 'contract'], packages: [] },
  events: { layers: ['contract', ...GROUND], packages: [] },
  'events.ts': { layers: ['events', 'contract'], packages: [] },
  'index.ts': { layers: ['page', 'vault', 'contract', ...GROUND], packages: [] },
  'remote.ts': { layers: ['page', 'channel', 'contract'], packages: [] },
  'vault.ts': { layers: ['channel', 'vault', 'type provider', 'contract'], packages: [] },
  testing: { layers: ['page', 'vault', 'provider', 'contract', ...GROUND], packages: ['jose'] },
  'testing.ts': { layers: ['testing'], packages: [] },
  'react.tsx': { layers: ['page', 'contract', 'type index.ts'], packages: ['react'] },
  'vue.ts': { layers: ['page', 'contract', 'type index.ts'], packages: ['vue'] },
}

/**
 * Every import of a folder of sources that its layer does not allow, one sentence each.
 * @param {string} root
 * @returns {{ modules: number, problems: string[] }}
 */
export function readLayers(root) {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll(sep, '/'))
    .filter((file) => /\.[cm]?[jt]sx?$/.test(file) && !file.includes('.test.'))
    .sort()
  /** @type {Map<string, string[]>} */
  const graph = new Map()
  /** @type {string[]} */
  const problems = files.length === 0 ? [`${root} holds no modules`] : []

  for (const file of files) {
    const imports = importsOf(file, readFileSync(join(root, file), 'utf8'))
    graph.set(
      file,
      imports.flatMap(({ specifier }) => (specifier?.startsWith('.') ? [target(file, specifier)] : [])),
    )
    const place = `${basename(root)}/${file}`
    if (!MAY_IMPORT[layerOf(file)]) problems.push(`${place} stands in no layer that check-layers knows`)
    for (const one of imports) {
      const refusal = refuse(file, one, files)
      if (refusal) problems.push(`${place}:${one.line} ${refusal}`)
    }
  }

  const cycle = findCycle(graph)
  if (cycle) problems.push(`import cycle: ${cycle.join(' → ')}`)
  return { modules: files.length, problems }
}

/** @param {string} file @param {import('./imports.mjs').Import} imported @param {string[]} files */
function refuse(file, { specifier, typeOnly }, files) {
  const layer = layerOf(file)
  const allowed = MAY_IMPORT[layer]
  if (!allowed) return
  if (specifier === undefined) return 'imports something computed: nobody can say what it is'
  if (!specifier.startsWith('.')) {
    const [scope, name] = specifier.split('/')
    const packageName = specifier.startsWith('@') ? `${scope}/${name}` : scope
    return allowed.packages.includes(packageName ?? '') ? undefined : `${layer} may not import '${specifier}'`
  }
  const imported = target(file, specifier)
  if (!files.includes(imported)) return `imports '${specifier}', which is no module of this folder`
  const other = layerOf(imported)
  if (other === layer || allowed.layers.includes(other)) return
  if (!allowed.layers.includes(`type ${other}`)) return `${layer} may not import ${other}`
  return typeOnly ? undefined : `${layer} may import from ${other} with 'import type' alone`
}

/** @param {string} file The folder under src/, or the file itself where it stands at the top. */
function layerOf(file) {
  return file.split('/')[0] ?? file
}

/** @param {string} file @param {string} specifier */
function target(file, specifier) {
  return posix.join(posix.dirname(file), specifier)
}
