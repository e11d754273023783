import type { Outcome, Scenario } from './simulate.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

export interface Fleet {
  readonly seed: number
  readonly sessions: number
  /** Seconds that an access token lives. */
  readonly lifetime: number
}

/** Six hours of quiet, a deploy that signs everybody in within five minutes, and at two o'clock ten minutes without a provider. */
export const aDay = (fleet: Fleet): Scenario => ({
  ...fleet,
  end: 24 * HOUR,
  deploy: { from: 6 * HOUR, to: 6 * HOUR + 5 * MINUTE },
  trouble: {
    from: 14 * HOUR,
    to: 14 * HOUR + 10 * MINUTE,
    // Built for twice of what comes on a quiet day, if everybody comes once in 82.5 % of a lifetime.
    capacity: Math.ceil((2 * fleet.sessions) / (0.825 * fleet.lifetime)),
    retryAfter: 30 * SECOND,
  },
  wakes: 30 * MINUTE,
  uses: 20 * MINUTE,
  sleeps: { each: 4 * HOUR, length: 30 * MINUTE },
})

export interface Finding {
  readonly name: string
  /** The highest rate within it, as a multiple of the mean of the quiet hours. */
  readonly peak: number
  readonly mean: number
}

export interface Findings {
  /** Token requests per second in the quiet hours. */
  readonly mean: number
  readonly findings: readonly Finding[]
  readonly lost: number
}

/** Rates are counted over so many seconds: few sessions need many, or the dice alone make peaks. */
export function read(scenario: Scenario, { renewals, lost }: Outcome, window = 1): Findings {
  const { deploy, trouble, end } = scenario
  const lifetime = scenario.lifetime * SECOND
  const within = (name: string, from: number, to: number) => {
    const rates: number[] = []
    for (let at = Math.ceil(from / SECOND); at + window <= Math.min(to, end) / SECOND; at += window)
      rates.push(renewals.subarray(at, at + window).reduce((sum, each) => sum + each, 0) / window)
    const sum = rates.reduce((sum, each) => sum + each, 0)
    return { name, peak: rates.reduce((most, each) => Math.max(most, each), 0), mean: sum / rates.length }
  }
  const quiet = within('steady', HOUR, deploy.from)
  const all = [
    quiet,
    within('first lifetime after the sign-in', deploy.to, deploy.to + lifetime),
    within('second lifetime', deploy.to + lifetime, deploy.to + 2 * lifetime),
    within('from then on', deploy.to + 2 * lifetime, trouble.from),
    within('outage', trouble.from, trouble.to),
    within('recovery', trouble.to, trouble.to + HOUR),
    within('rest of the day', trouble.to + HOUR, end),
  ]
  const findings = all.map(({ name, peak, mean }) => ({ name, peak: peak / quiet.mean, mean: mean / quiet.mean }))
  return { mean: quiet.mean, findings, lost }
}
