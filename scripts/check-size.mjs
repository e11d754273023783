// @ts-check
// Claim: what a page loads stays within these budgets: bundled, minified, gzip -9; and where the tokens are elsewhere it knows nothing of
// tokens. Needs `npm run build` first.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

/** Bytes of gzip. An adapter, and what tells of events, counts by what it adds to the core; a framework is the app's own. */
const BUDGETS = { core: 13_000, dependencies: 0, remote: 3_000, react: 1_000, vue: 1_000, events: 1_000 }

/** What only a vault and its provider's code say. */
const WORDS_OF_TOKENS =
  /code_verifier|code_challenge|refresh_token|grant_type|token_endpoint|jwks|nonce|at_hash|Bearer/g
/** These are named where they are taken off the URL of a callback, unread, which is loaded with that. */
const WORDS_AT_FIRST = /id_token|access_token|client_id/g

const root = join(import.meta.dirname, '..')
/** @type {{ exports: Record<string, { default: string }>, dependencies: Record<string, string>, peerDependencies: Record<string, string> }} */
const { exports, dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const entry = (/** @type {string} */ name) => JSON.stringify(join(root, exports[name]?.default ?? name))
const frameworks = Object.keys(peerDependencies)

const core = `export { createAuth } from ${entry('.')}`
const coreSize = await sizeOf(core, frameworks)
const coreAtFirst = gzipped(await bundled(core, frameworks, [leftForLater()]))
const ownSize = await sizeOf(core, [...frameworks, ...Object.keys(dependencies)])
const remote = `export { connectVault, createAuth } from ${entry('./remote')}`
const atFirst = await bundled(remote, frameworks, [leftForLater()])
const withRequests = await bundled(remote, frameworks, [leftForLater((id) => id.includes('remote-fetch'))])
const inTheEnd = await bundled(remote, frameworks)
const adapterSize = async (/** @type {string} */ name, /** @type {string} */ names) =>
  (await sizeOf(`${core}\nexport { ${names} } from ${entry(name)}`, frameworks)) - coreSize

const rows = [
  { what: 'createAuth', bytes: coreAtFirst, budget: BUDGETS.core },
  { what: '  with all it may load', bytes: coreSize },
  { what: `  ${Object.keys(dependencies).join(', ')}`, bytes: coreSize - ownSize, budget: BUDGETS.dependencies },
  { what: 'latchkey/remote', bytes: gzipped(atFirst), budget: BUDGETS.remote },
  { what: '  with what sends requests', bytes: gzipped(withRequests) },
  { what: '  with all it may load', bytes: gzipped(inTheEnd) },
  { what: 'latchkey/react adds', bytes: await adapterSize('./react', 'AuthProvider, useAuth'), budget: BUDGETS.react },
  { what: 'latchkey/vue adds', bytes: await adapterSize('./vue', 'authPlugin, useAuth'), budget: BUDGETS.vue },
  { what: 'latchkey/events adds', bytes: await adapterSize('./events', 'withEvents'), budget: BUDGETS.events },
]

for (const { what, bytes, budget } of rows) {
  const verdict = budget === undefined ? '' : ` of ${number(budget)}, ${distance(budget - bytes)}`
  console.log(`${what.padEnd(26)} ${number(bytes)}${verdict}`)
}
if (rows.some(({ bytes, budget }) => budget !== undefined && bytes > budget)) process.exitCode = 1

const knows = [...inTheEnd.matchAll(WORDS_OF_TOKENS), ...atFirst.matchAll(WORDS_AT_FIRST)]
if (knows.length > 0) {
  console.log(`latchkey/remote is not to know of ${[...new Set(knows.map(String))].join(', ')}`)
  process.exitCode = 1
}

/** @param {string} code @param {string[]} external */
async function sizeOf(code, external) {
  return gzipped(await bundled(code, external))
}

/** @param {string} code @param {string[]} external @param {import('vite').Plugin[]} plugins */
async function bundled(code, external, plugins = []) {
  const result = await build({
    root,
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    plugins: [
      ...plugins,
      {
        name: 'entry',
        resolveId: (id) => (id === '\0entry' ? id : undefined),
        load: (id) => (id === '\0entry' ? code : undefined),
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      // Without what Vite adds to load what comes later, which an app has once for all that it loads so.
      ssr: true,
      minify: true,
      rolldownOptions: {
        input: '\0entry',
        external: (id) => external.some((name) => id === name || id.startsWith(`${name}/`)),
        preserveEntrySignatures: 'strict',
      },
    },
  })
  const { output } = /** @type {{ output: { code?: string }[] }} */ (result)
  return output.map((chunk) => chunk.code ?? '').join('')
}

/** @param {(id: string) => boolean} isWanted @returns {import('vite').Plugin} */
function leftForLater(isWanted = () => false) {
  return {
    name: 'later',
    resolveDynamicImport: (id) => (isWanted(String(id)) ? undefined : { id: String(id), external: true }),
  }
}

/** @param {string} text */
function gzipped(text) {
  return gzipSync(text, { level: 9 }).length
}

/** @param {number} left */
function distance(left) {
  return left < 0 ? `OVER by ${number(-left).trim()}` : `${number(left).trim()} left`
}

/** @param {number} bytes */
function number(bytes) {
  return bytes.toLocaleString('en').padStart(6)
}
