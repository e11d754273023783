import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium } from '@playwright/test'
import { build } from 'vite'
import { findBrowser } from '../../scripts/find-browser.mjs'
import { pagesFolder } from '../world/pages-folder.ts'
import { failedClaims, SOAK_HOMES, type SoakHome } from './report.ts'
import { soak } from './soak.ts'
import { table } from './table.ts'

/** Soaks in each home, prints what happened, and fails where a claim did. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: `${Math.floor(Math.random() * 2 ** 31)}` },
      lifetimes: { type: 'string', default: '2000' },
      home: { type: 'string', multiple: true, default: [...SOAK_HOMES] },
    },
  })
  const [seed, lifetimes] = [Number(values.seed), Number(values.lifetimes)]
  console.log(`seed ${seed}`)

  const cleanUp = await buildPages()
  const executablePath = findBrowser()
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const browser = await chromium.launch({ args: sandbox, ...(executablePath && { executablePath }) })
  try {
    for (const home of values.home) await soakIn(home as SoakHome)
  } finally {
    await browser.close()
    cleanUp()
  }

  async function soakIn(home: SoakHome): Promise<void> {
    const start = performance.now()
    const report = await soak({
      browser,
      home,
      seed,
      lifetimes,
      onProgress: tell,
      onProblem: (words) => console.log(`\nWRONG ${words}`),
    })
    console.log(`\n\n${table(report)}\ntook ${((performance.now() - start) / 60_000).toFixed(1)} minutes`)
    const failed = failedClaims(report)
    for (const words of failed) console.log(`FAILED ${words.split('\n')[0]}`)
    console.log(failed.length === 0 ? 'every claim holds' : `${failed.length} claims failed`)
    if (failed.length > 0) process.exitCode = 1
  }

  /** How far it is, where somebody is looking. */
  function tell(done: number): void {
    if (process.stdout.isTTY) process.stdout.write(`\r${done} of ${lifetimes} lifetimes`)
  }
}

/** Answers how to clean up; the pages of the end-to-end tests are these, and there already. */
async function buildPages(): Promise<() => void> {
  if (process.env[pagesFolder.variable]) return () => {}
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-soak-'))
  process.env[pagesFolder.variable] = folder
  const configFile = join(import.meta.dirname, '../harness/vite.config.ts')
  await build({ configFile, logLevel: 'warn', build: { outDir: pagesFolder.harness(), emptyOutDir: true } })
  return () => rmSync(folder, { recursive: true })
}
