import { parseArgs } from 'node:util'
import buildPages from '../../e2e/global-setup.ts'
import type { Home } from './app-server.ts'
import { chromium } from './engines/chromium.ts'
import type { Engine } from './engines/engine.ts'
import { firefox } from './engines/firefox.ts'
import { webkit } from './engines/webkit.ts'
import type { Scenario } from './scenario.ts'
import { calling } from './scenarios/calling.ts'
import { comingBack } from './scenarios/coming-back.ts'
import { keeping } from './scenarios/keeping.ts'
import { renewing } from './scenarios/renewing.ts'
import { signingIn } from './scenarios/signing-in.ts'
import { tablesOf, writeTables } from './tables.ts'
import { tryEngine } from './try-engine.ts'

const ENGINES: readonly Engine[] = [chromium, firefox, webkit]
const HOMES: readonly Home[] = ['page', 'worker', 'shared-worker']
const SCENARIOS: readonly Scenario[] = [...signingIn, ...calling, ...renewing, ...comingBack, ...keeping]

const options = {
  engine: { type: 'string' },
  home: { type: 'string' },
  only: { type: 'string' },
  write: { type: 'boolean' },
} as const

/** Answers the exit code: 0 where every browser that was found passed, and at least one was. */
export async function run(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...words], options })
  const isChosen = (name: string, wish = '') => name.toLowerCase().includes(wish.toLowerCase())
  const engines = ENGINES.filter(({ name }) => isChosen(name, values.engine))
  const homes = HOMES.filter((home) => !values.home || home === values.home)
  const scenarios = SCENARIOS.filter(({ name }) => isChosen(name, values.only))

  const removePages = await buildPages()
  try {
    const tried = await Promise.all(engines.map((engine) => tryEngine(engine, homes, scenarios)))
    const reports = tried.filter((report) => report !== undefined)
    const findings = reports.flatMap((report) => report.findings)
    const failed = findings.filter(({ problem }) => problem !== undefined)

    const tables = tablesOf(
      reports,
      scenarios.map(({ name }) => name),
    )
    console.log(`\n${tables}`)
    for (const { engine, home, scenario, problem } of failed)
      console.log(`\n${engine}, ${home}: ${scenario}\n  ${problem}`)
    console.log(`\n${findings.length - failed.length} passed, ${failed.length} failed`)
    if (values.write) writeTables(tables)
    return findings.length > 0 && failed.length === 0 ? 0 : 1
  } finally {
    removePages()
  }
}
