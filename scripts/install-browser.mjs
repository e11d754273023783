// @ts-check
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { findBrowser } from './find-browser.mjs'

/** The path of a Chromium, installed if there is none: by apt on Debian as root, else by Playwright. Throws where that fails. */
export function installBrowser() {
  const found = findBrowser()
  if (found) return found
  console.log('Installing a browser…')
  const isRoot = process.getuid?.() === 0
  if (isRoot && existsSync('/etc/debian_version')) {
    if (run('apt-get', ['update', '-q'])) run('apt-get', ['install', '-qy', '--no-install-recommends', 'chromium'])
  }
  if (!findBrowser()) run('npx', ['playwright', 'install', ...(isRoot ? ['--with-deps'] : []), 'chromium'])
  const installed = findBrowser()
  if (!installed) throw new Error('No browser. Install Chromium or Chrome, or let CHROME_PATH name one.')
  return installed
}

/** @param {string} command @param {string[]} args */
function run(command, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync(command, args, { stdio: 'inherit', env, shell: process.platform === 'win32' }).status === 0
}
