import type { Home } from './app-server.ts'
import type { Browser, Engine } from './engines/engine.ts'
import { type Facts, factsOf } from './facts.ts'
import { type Finding, type Result, wordFor } from './findings.ts'
import type { Scenario } from './scenario.ts'
import { inWorld } from './world.ts'

export interface Report {
  /** With its version. */
  readonly engine: string
  readonly facts: Facts
  readonly findings: readonly Finding[]
}

const THREE_MINUTES = 180_000

/** Plays everything in this engine, one after the other. `undefined` where this machine does not have it. */
export async function tryEngine(
  engine: Engine,
  homes: readonly Home[],
  scenarios: readonly Scenario[],
): Promise<Report | undefined> {
  const path = engine.find()
  if (!path) {
    console.log(`${engine.name} is not here: ${engine.hint}`)
    return undefined
  }
  let browser = await engine.start(path)
  const name = `${engine.name} ${browser.version}`
  console.log(`${name} (${path})`)
  const facts = await factsOf(browser)
  const findings: Finding[] = []
  for (const home of homes)
    for (const scenario of scenarios) {
      const result = await tryScenario(browser, home, scenario)
      findings.push({ engine: name, home, scenario: scenario.name, ...result })
      console.log(`${engine.name}, ${home}: ${scenario.name}: ${wordFor(result)}`)
      if (result.problem === undefined) continue
      console.log(`    ${result.problem}`)
      // Whatever it was, the next begins with another browser.
      await browser.close().catch(() => {})
      browser = await engine.start(path)
    }
  await browser.close()
  return { engine: name, facts, findings }
}

async function tryScenario(browser: Browser, home: Home, scenario: Scenario): Promise<Result> {
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
