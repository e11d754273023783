import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { aDay, read } from './day.ts'
import { type Panel, plot } from './plot.ts'
import { type Scenario, simulate } from './simulate.ts'

/** Prints what happened at the provider, and draws it if a file is named. */
export function run(args: readonly string[]): void {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '7' },
      sessions: { type: 'string', default: '1000000' },
      lifetime: { type: 'string', default: '3600' },
      svg: { type: 'string' },
    },
  })
  const scenario = aDay({
    seed: Number(values.seed),
    sessions: Number(values.sessions),
    lifetime: Number(values.lifetime),
  })
  const { sessions, lifetime, seed } = scenario
  console.log(`${sessions.toLocaleString('en')} sessions, tokens of ${lifetime} s, seed ${seed}`)

  const outcome = simulate(scenario)
  const { mean, findings, lost } = read(scenario, outcome)
  console.log(`${mean.toFixed(0)} token requests per second in the mean of the quiet hours; as multiples of that:`)
  for (const { name, peak, mean } of findings)
    console.log(`  ${name.padEnd(34)} mean ${mean.toFixed(2)}   highest second ${peak.toFixed(2)}`)
  console.log(`${lost} sessions lost`)

  if (!values.svg) return
  writeFileSync(values.svg, plot(outcome.renewals, mean, panelsOf(scenario)))
  console.log(`drawn to ${values.svg}`)
}

function panelsOf({ deploy, trouble }: Scenario): Panel[] {
  const second = ({ from, to }: { from: number; to: number }) => ({ from: from / 1_000, to: to / 1_000 })
  const signIn = { ...second(deploy), label: 'everybody signs in' }
  const outage = { ...second(trouble), label: 'provider down, then 429' }
  return [
    { title: 'A day', from: 0, to: 86_400, marks: [signIn, outage] },
    { title: 'After the sign-in', from: signIn.from - 1_800, to: signIn.from + 9_000, marks: [signIn] },
    { title: 'After the outage', from: outage.from - 900, to: outage.from + 4_500, marks: [outage] },
  ]
}
