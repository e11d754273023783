// @ts-check
import { accessSync, constants } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/Applications/Google Chrome.app/Contents/MacOS']

/**
 * The path of a Chromium: the one that CHROME_PATH or PLAYWRIGHT_CHROMIUM names, one on this system, or the one that
 * Playwright downloaded. Undefined where there is none.
 */
export function findBrowser() {
  for (const name of ['CHROME_PATH', 'PLAYWRIGHT_CHROMIUM']) {
    const path = process.env[name]
    if (path && !isExecutable(path)) throw new Error(`${name} names ${path}, which cannot be run`)
    if (path) return path
  }
  const paths = FOLDERS.flatMap((folder) => [...NAMES, 'Google Chrome'].map((name) => join(folder, name)))
  return [...paths, playwrightsOwn()].find((path) => path !== undefined && isExecutable(path))
}

function playwrightsOwn() {
  try {
    /** @type {typeof import('@playwright/test')} */
    const { chromium } = createRequire(import.meta.url)('@playwright/test')
    return chromium.executablePath()
  } catch {
    return undefined // not installed yet
  }
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
