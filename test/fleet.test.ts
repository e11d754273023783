// @vitest-environment node
import { expect, it } from 'vitest'
import { aDay, read } from '../scripts/simulate-fleet/day.ts'
import { plot } from '../scripts/simulate-fleet/plot.ts'
import { simulate } from '../scripts/simulate-fleet/simulate.ts'

const ONE_MINUTE = 60

// Of few sessions the dice alone make peaks in single seconds: here rates are those of whole minutes.
const scenario = aDay({ seed: 7, sessions: 10_000, lifetime: 3_600 })
const outcome = simulate(scenario)
const { findings, lost, mean } = read(scenario, outcome, ONE_MINUTE)

const peakOf = (name: string) => findings.find((finding) => finding.name === name)?.peak

it('G11 no session of a fleet is lost in an outage', () => {
  expect(outcome.signIns.reduce((sum, each) => sum + each, 0)).toBe(10_000)
  expect(lost).toBe(0)
})

it.each(['steady', 'first lifetime after the sign-in', 'second lifetime', 'from then on'])(
  'who signed in within five minutes does not come back together: %s',
  (name) => {
    expect(peakOf(name)).toBeLessThan(1.35)
  },
)

it.each(['outage', 'recovery'])(
  'G11, C23 a provider in trouble is asked no more than three times as often: %s',
  (name) => {
    expect(peakOf(name)).toBeLessThan(3)
  },
)

it('the same seed gives the same day, another another', () => {
  const day = (seed: number) => simulate(aDay({ seed, sessions: 500, lifetime: 3_600 })).renewals
  expect(day(1)).toEqual(day(1))
  expect(day(1)).not.toEqual(day(2))
})

it('draws a line of means and one of peaks for each panel', () => {
  const panel = { title: 'A day', from: 0, to: 86_400, marks: [{ from: 3_600, to: 7_200, label: 'trouble' }] }
  const svg = plot(outcome.renewals, mean, [panel, panel])
  expect(svg.match(/<path class="(mean|peak)"/g)).toHaveLength(4)
  expect(svg).not.toMatch(/NaN|undefined|Infinity/)
})
