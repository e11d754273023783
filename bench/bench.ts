import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { build } from 'vite'
import { pagesFolder } from '../e2e/world/pages-folder.ts'
import { findBrowser } from '../scripts/find-browser.mjs'
import { measureCalls } from './calls.ts'
import { measureDownload } from './download.ts'
import { measureReloads } from './reloads.ts'
import { printTable } from './table.ts'
import { enter, HOMES } from './world.ts'

export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
  process.env[pagesFolder.variable] = folder
  const configFile = join(import.meta.dirname, '../e2e/harness/vite.config.ts')
  await build({ configFile, logLevel: 'warn', build: { outDir: pagesFolder.harness(), emptyOutDir: true } })
  const executablePath = findBrowser()
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const browser = await chromium.launch({ args, ...(executablePath && { executablePath }) })
  console.log(`Chromium ${browser.version()}\n`)
  try {
    const rows = []
    for (const home of HOMES) {
      const world = await enter(browser, home)
      rows.push({
        home,
        calls: await measureCalls(world),
        reloads: await measureReloads(world),
        download: await measureDownload(world),
      })
      await world.close()
    }
    printTable(rows)
  } finally {
    await browser.close()
    rmSync(folder, { recursive: true })
  }
}
