// @ts-check
// src/ → dist/: one module each, with its declarations.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { importsOf } from './imports.mjs'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')

rmSync(dist, { recursive: true, force: true })
const compiler = join(root, 'node_modules/typescript/bin/tsc')
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' })
process.exitCode = status ?? 1

if (status === 0) {
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.d.ts')) nameEmittedFiles(join(dist, file))
  }
}

/**
 * tsc rewrites `./x.ts` to `./x.js` in modules but not in declarations, and there is no x.ts in the package.
 * @param {string} file
 */
function nameEmittedFiles(file) {
  let text = readFileSync(file, 'utf8')
  for (const { specifier, start, end } of importsOf(file, text).sort((a, b) => b.start - a.start)) {
    if (!specifier?.startsWith('.')) continue
    text = `${text.slice(0, start)}'${specifier.replace(/\.tsx?$/, '.js')}'${text.slice(end)}`
  }
  writeFileSync(file, text)
}
