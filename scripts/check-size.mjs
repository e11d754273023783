// @ts-check
// Claim: what a page loads stays within these budgets: bundled, minified, gzip -9. Needs `npm run build` first.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

/** Bytes of gzip. An adapter counts by what it adds to the core; its framework is the app's own. */
const BUDGETS = { core: 13_000, dependencies: 0, react: 1_000, vue: 1_000 }

const root = join(import.meta.dirname, '..')
/** @type {{ exports: Record<string, { default: string }>, dependencies: Record<string, string>, peerDependencies: Record<string, string> }} */
const { exports, dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const entry = (/** @type {string} */ name) => JSON.stringify(join(root, exports[name]?.default ?? name))
const frameworks = Object.keys(peerDependencies)

const core = `export { createAuth } from ${entry('.')}`
const coreSize = await sizeOf(core, frameworks)
const ownSize = await sizeOf(core, [...frameworks, ...Object.keys(dependencies)])
const adapterSize = async (/** @type {string} */ name, /** @type {string} */ names) =>
  (await sizeOf(`${core}\nexport { ${names} } from ${entry(name)}`, frameworks)) - coreSize

const rows = [
  { what: 'createAuth', bytes: coreSize, budget: BUDGETS.core },
  { what: '  Latchkey', bytes: ownSize },
  { what: `  ${Object.keys(dependencies).join(', ')}`, bytes: coreSize - ownSize, budget: BUDGETS.dependencies },
  { what: 'latchkey/react adds', bytes: await adapterSize('./react', 'AuthProvider, useAuth'), budget: BUDGETS.react },
  { what: 'latchkey/vue adds', bytes: await adapterSize('./vue', 'authPlugin, useAuth'), budget: BUDGETS.vue },
]

for (const { what, bytes, budget } of rows) {
  const verdict = budget === undefined ? '' : ` of ${number(budget)}, ${distance(budget - bytes)}`
  console.log(`${what.padEnd(20)} ${number(bytes)}${verdict}`)
}
if (rows.some(({ bytes, budget }) => budget !== undefined && bytes > budget)) process.exitCode = 1

/** @param {string} code @param {string[]} external */
async function sizeOf(code, external) {
  const result = await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === '\0entry' ? id : undefined),
        load: (id) => (id === '\0entry' ? code : undefined),
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: {
        input: '\0entry',
        external: (id) => external.some((name) => id === name || id.startsWith(`${name}/`)),
        preserveEntrySignatures: 'strict',
      },
    },
  })
  const { output } = /** @type {{ output: { code?: string }[] }} */ (result)
  return gzipSync(output.map((chunk) => chunk.code ?? '').join(''), { level: 9 }).length
}

/** @param {number} left */
function distance(left) {
  return left < 0 ? `OVER by ${number(-left).trim()}` : `${number(left).trim()} left`
}

/** @param {number} bytes */
function number(bytes) {
  return bytes.toLocaleString('en').padStart(6)
}
