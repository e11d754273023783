// @ts-check
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** Runs `npm ci` unless node_modules already holds what package-lock.json asks for. Throws where that fails. */
export function installPackages() {
  if (isInstalled()) return
  console.log('Installing packages…')
  const shell = process.platform === 'win32'
  // Development packages are wanted even where the surroundings say NODE_ENV=production.
  const { status } = spawnSync('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: 'inherit',
    shell,
  })
  if (status !== 0) throw new Error('npm ci failed')
}

function isInstalled() {
  const installed = packagesOf('node_modules/.package-lock.json')
  return (
    Object.entries(packagesOf('package-lock.json')).every(([path, { version, optional }]) => {
      const there = installed[path]
      return path === '' || (there ? there.version === version : optional)
    }) && Object.keys(installed).length > 0
  )
}

/** @param {string} file @returns {Record<string, { version?: string, optional?: boolean }>} */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages
  } catch {
    return {}
  }
}
