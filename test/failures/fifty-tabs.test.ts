// @vitest-environment node
import { answers, breaks, type Fault } from 'latchkey/testing'
import { expect, it, vi } from 'vitest'
import { API } from '../api-calls.ts'
import { joining, signedInBeside } from '../beside.ts'
import { type Stage, signedIn } from '../browser.ts'
import { advance, settled, sleep } from '../clock.ts'
import { beside, keptSession } from '../persist/keeping.ts'
import { refreshesAt, renewalOf, wake } from '../refreshing.ts'

const FIFTY = 50
const ONE_SECOND = 1_000
const TEN_MINUTES = 600_000
const TWO_MINUTES = 120_000
const IN_MEMORY = { options: { restore: [] } }

/** Dice that fall evenly, and the same each time. */
function throwEvenDice() {
  let last = 0
  vi.spyOn(Math, 'random').mockImplementation(() => {
    last = (last + 0.618_033_988_7) % 1
    return last
  })
}

async function fifty<Tab extends Stage>(first: Tab, another: (first: Tab) => Promise<Tab>): Promise<Tab[]> {
  const tabs = [first]
  while (tabs.length < FIFTY) tabs.push(await another(first))
  return tabs
}

/** The device is online again. Only the page that somebody looks at is told, as a browser has it. */
function comesOnline(tabs: readonly Stage[], inFront: readonly Stage[]) {
  for (const one of tabs) {
    one.tab.focus()
    const visibilityState = inFront.includes(one) ? 'visible' : 'hidden'
    Object.defineProperty(document, 'visibilityState', { value: visibilityState, configurable: true })
    wake(one.tab)
  }
}

/** When each attempt of theirs arrives from now on, which `fault` answers. */
function arrivals({ provider }: Stage, fault: Fault = (_, normally) => normally()): number[] {
  const times: number[] = []
  provider.faults.token.always((request, normally) => {
    times.push(Date.now())
    return fault(request, normally)
  })
  return times
}

/** The most that arrived within any one second. */
const mostInASecond = (times: readonly number[]) =>
  Math.max(...times.map((from) => times.filter((time) => time >= from && time < from + ONE_SECOND).length))

const degraded = (tabs: readonly Stage[]) => tabs.filter(({ auth }) => renewalOf(auth.state) !== 'fresh').length

it(
  'page: G11, G15, G19 fifty tabs that failed together come back one by one, and when the device is online',
  async () => {
    throwEvenDice()
    const first = await signedIn({ ...IN_MEMORY, home: 'page', provider: { algorithm: 'ES256' } })
    const tabs = await fifty(first, signedInBeside)
    const whileDown = arrivals(first, answers(503))
    sleep(TEN_MINUTES)
    comesOnline(tabs, tabs)
    await settled()
    expect(whileDown).toHaveLength(FIFTY)
    await advance(TEN_MINUTES)
    const [begun = 0] = whileDown
    const between = (from: number, to: number) => whileDown.filter((time) => time > begun + from && time <= begun + to)
    // Once more each, within four seconds; then ever more seldom.
    expect(mostInASecond(between(0, 5_000))).toBeLessThanOrEqual(20)
    expect(mostInASecond(between(5_000, TEN_MINUTES))).toBeLessThanOrEqual(4)
    expect(whileDown.length).toBeLessThan(FIFTY * 6)
    expect(degraded(tabs)).toBe(FIFTY)

    const whenBack = arrivals(first)
    comesOnline(tabs, [first])
    await settled()
    expect(whenBack).toHaveLength(1)
    expect(renewalOf(first.auth.state)).toBe('fresh')
    await advance(TEN_MINUTES)
    expect(degraded(tabs)).toBe(0)
    expect(mostInASecond(whenBack)).toBeLessThanOrEqual(4)
  },
  TWO_MINUTES,
)

it('shared-worker: G19 fifty tabs that come online, all of them in front, are one attempt', async () => {
  const first = await signedIn({ ...IN_MEMORY, home: 'shared-worker' })
  const tabs = await fifty(first, joining)
  first.provider.faults.token.always(breaks)
  await advance(TEN_MINUTES)
  await settled()
  expect(degraded(tabs)).toBe(FIFTY)
  first.provider.faults.token.never()
  const before = refreshesAt(first).length
  comesOnline(tabs, tabs)
  // However short a time ago the last attempt was.
  await advance(5_000)
  expect(degraded(tabs)).toBe(0)
  expect(refreshesAt(first)).toHaveLength(before + 1)
  const calls = await Promise.all(tabs.map(({ auth }) => auth.authFetch(API)))
  expect(calls.map(({ status }) => status)).toEqual(Array(FIFTY).fill(200))
  expect(refreshesAt(first)).toHaveLength(before + 1)
})

it('a kept session: G19 fifty tabs that come online, all of them in front, are one attempt', async () => {
  const first = await keptSession({ home: 'page' })
  const tabs = await fifty(first, beside)
  first.provider.faults.token.always(breaks)
  await advance(TEN_MINUTES)
  expect(degraded(tabs)).toBe(FIFTY)
  first.provider.faults.token.never()
  const before = refreshesAt(first).length
  comesOnline(tabs, tabs)
  await advance(1_000)
  expect(degraded(tabs)).toBe(0)
  expect(refreshesAt(first)).toHaveLength(before + 1)
  expect(first.provider.reuses()).toBe(0)
})
