import { parseArgs } from 'node:util'
import buildPages from '../../e2e/global-setup.ts'
import type { Home } from './app-server.ts'
import { writeTable } from './docs-page.ts'
import { chromium } from './engines/chromium.ts'
import type { Browser, Engine } from './engines/engine.ts'
import { firefox } from './engines/firefox.ts'
import { webkit } from './engines/webkit.ts'
import { type Finding, tableOf, wordFor } from './findings.ts'
import type { Scenario } from './scenario.ts'
import { calling } from './scenarios/calling.ts'
import { comingBack } from './scenarios/coming-back.ts'
import { keeping } from './scenarios/keeping.ts'
import { renewing } from './scenarios/renewing.ts'
import { signingIn } from './scenarios/signing-in.ts'
import { inWorld } from './world.ts'

const ENGINES: readonly Engine[] = [chromium, firefox, webkit]
const HOMES: readonly Home[] = ['page', 'worker', 'shared-worker']
const SCENARIOS: readonly Scenario[] = [...signingIn, ...calling, ...renewing, ...comingBack, ...keeping]
const THREE_MINUTES = 180_000

/** Answers the exit code: 0 where every browser that was found passed, and at least one was. */
export async function run(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      engine: { type: 'string' },
      home: { type: 'string' },
      only: { type: 'string' },
      write: { type: 'boolean' },
    },
  })
  const chosen = (name: string, wish = '') => name.toLowerCase().includes(wish.toLowerCase())
  const engines = ENGINES.filter(({ name }) => chosen(name, values.engine))
  const homes = HOMES.filter((home) => !values.home || home === values.home)
  const scenarios = SCENARIOS.filter(({ name }) => chosen(name, values.only))

  const removePages = await buildPages()
  try {
    const findings = (await Promise.all(engines.map((engine) => tryEngine(engine, homes, scenarios)))).flat()
    const table = tableOf(findings, scenarios)
    console.log(`\n${table}`)
    if (values.write) writeTable(table)
    const failed = findings.filter(({ problem }) => problem !== undefined)
    for (const { engine, home, scenario, problem } of failed)
      console.log(`\n${engine} ${home}: ${scenario}\n  ${problem}`)
    return findings.length > 0 && failed.length === 0 ? 0 : 1
  } finally {
    removePages()
  }
}

async function tryEngine(
  engine: Engine,
  homes: readonly Home[],
  scenarios: readonly Scenario[],
): Promise<readonly Finding[]> {
  const path = engine.find()
  if (!path) {
    console.log(`${engine.name} is not here: ${engine.hint}`)
    return []
  }
  const findings: Finding[] = []
  let browser = await engine.start(path)
  console.log(`${engine.name} ${browser.version} (${path})`)
  for (const home of homes)
    for (const scenario of scenarios.filter(({ homes = HOMES }) => homes.includes(home))) {
      const result = await tryScenario(browser, home, scenario)
      const finding = { engine: `${engine.name} ${browser.version}`, home, scenario: scenario.name, ...result }
      findings.push(finding)
      console.log(`${engine.name}, ${home}: ${scenario.name}: ${wordFor(result)}`)
      if (result.problem === undefined) continue
      console.log(`    ${result.problem}`)
      // Whatever it was, the next begins with another browser.
      await browser.close().catch(() => {})
      browser = await engine.start(path)
    }
  await browser.close()
  return findings
}

async function tryScenario(
  browser: Browser,
  home: Home,
  scenario: Scenario,
): Promise<Pick<Finding, 'problem' | 'note' | 'obstacle'>> {
  const obstacle = scenario.obstacle?.(browser)
  if (obstacle) return { obstacle }
  let tooLate: NodeJS.Timeout | undefined
  try {
    const note = await Promise.race([
      inWorld(browser, home, scenario, scenario.play),
      new Promise<never>((_, reject) => {
        tooLate = setTimeout(() => reject(new Error('It took more than three minutes')), THREE_MINUTES)
      }),
    ])
    return note ? { note } : {}
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  } finally {
    clearTimeout(tooLate)
  }
}
