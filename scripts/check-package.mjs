// @ts-check
// Claim: what `npm publish` would send can be installed and imported, types included. Needs `npm run build` first.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { importsOf } from './imports.mjs'

const root = join(import.meta.dirname, '..')
/** @type {import('node:child_process').SpawnSyncOptionsWithStringEncoding} */
const options = { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' }
const folder = mkdtempSync(join(tmpdir(), 'latchkey-package-'))
try {
  checkPackage()
} finally {
  rmSync(folder, { recursive: true })
}

function checkPackage() {
  const pack = spawnSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], options)
  const [{ filename, files, size }] = JSON.parse(pack.stdout)
  const tarball = join(folder, filename)
  spawnSync('tar', ['-xzf', tarball, '-C', folder], options)
  /** @type {string[]} */
  const paths = files.map((/** @type {{ path: string }} */ file) => file.path)

  const problems = [
    ...misplaced(paths),
    ...paths.flatMap((path) => brokenImports(path, paths)),
    ...refusals(spawnSync('npx', ['publint', 'run', tarball, '--strict'], options)),
    ...refusals(spawnSync('npx', ['attw', tarball, '--profile', 'esm-only', '--format', 'ascii'], options)),
  ]
  if (problems.length > 0) {
    console.error(problems.join('\n'))
    process.exitCode = 1
  } else {
    console.log(`${paths.length} files, ${(size / 1000).toFixed(1)} kB packed; publint and attw find nothing wrong`)
  }
}

/** @param {string[]} paths */
function misplaced(paths) {
  const missing = ['README.md', 'LICENSE', 'CHANGELOG.md'].filter((path) => !paths.includes(path))
  const belongs = /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/.+\.(js|d\.ts))$/
  return [
    ...missing.map((path) => `${path} is not in the package`),
    ...paths
      .filter((path) => !belongs.test(path) || path.includes('.test.'))
      .map((path) => `${path} does not belong there`),
  ]
}

/** Imports that would find nothing once installed. @param {string} path @param {string[]} paths */
function brokenImports(path, paths) {
  if (!/\.(js|ts)$/.test(path)) return []
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const installed = Object.keys({ ...dependencies, ...peerDependencies })
  return importsOf(path, readFileSync(join(folder, 'package', path), 'utf8')).flatMap(({ specifier = '', line }) => {
    const found = specifier.startsWith('.')
      ? paths.includes(posix.join(posix.dirname(path), specifier))
      : installed.some((name) => specifier === name || specifier.startsWith(`${name}/`))
    return found ? [] : [`${path}:${line} imports '${specifier}', which an app would not have`]
  })
}

/** @param {import('node:child_process').SpawnSyncReturns<string>} result */
function refusals({ status, stdout, stderr }) {
  return status === 0 ? [] : [`${stdout}${stderr}`.trim()]
}
