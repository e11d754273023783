import type { Browser, Page } from '@playwright/test'
import { PASSWORD } from '../../demo/provider/people.ts'
import { createAccounts } from './accounts.ts'
import { createAgenda } from './agenda.ts'
import { createDevice } from './device/device.ts'
import type { View } from './device/ledger.ts'
import type { Place } from './device/place.ts'
import { createDice } from './dice.ts'
import { callFrom, everyday } from './everyday.ts'
import type { Report, Rest, SoakHome } from './report.ts'
import { createStory } from './story.ts'
import type { Stage } from './troubles.ts'
import { startWorld } from './world/start-world.ts'

interface Options {
  readonly browser: Browser
  readonly home: SoakHome
  readonly seed: number
  /** Ends after so many lifetimes of tokens. */
  readonly lifetimes: number
  readonly onProgress?: (lifetimes: number) => void
}

const TABS = 3
const LIFETIME = 300_000
const HOUR = 3_600_000
const WEIGHINGS = 36

/** People at work in a browser with some tabs, for days, while everything goes wrong that passes. */
export async function soak({ browser, home, seed, lifetimes, onProgress }: Options): Promise<Report> {
  const dice = createDice(seed)
  const start = Date.now()
  let now = start
  const hasSharedWorker = home === 'shared-worker'
  const problems: string[] = []
  const story = createStory()
  const wrong = (at: number, ...words: readonly unknown[]) => void problems.push(story.ending(at, ...words))
  const world = await startWorld(hasSharedWorker ? 'shared-worker' : 'plain', LIFETIME / 1_000, start, wrong)
  const { site, api, gateway } = world
  const accounts = createAccounts(LIFETIME, story, wrong)
  const agenda = createAgenda()
  let signOuts = 0
  const calls: Record<string, number> = {}
  let longestCall = 0
  const sessionOf = ({ name }: Place) => (home === 'page' ? name : 'all')

  const seen = (place: Place, view: View) => {
    for (const sent of view.sent) accounts.enter(sessionOf(place), place.name, sent, now)
    for (const [outcome, took] of view.calls) {
      calls[outcome] = (calls[outcome] ?? 0) + 1
      longestCall = Math.max(longestCall, took)
    }
    for (const told of view.told.filter((words) => words.startsWith('signed out'))) {
      signOuts += 1
      wrong(now, place.name, told)
    }
  }
  const device = await createDevice({
    browser,
    site,
    hasSharedWorker,
    options: {
      issuer: gateway.issuer,
      clientId: 'notes-spa',
      apis: [{ url: api.url, scope: 'notes:read notes:write', resource: api.url }],
      scope: 'openid profile email offline_access',
      restore: ['frame'],
      ...(home === 'kept' && { keepSession: true }),
    },
    start,
    dice,
    held: gateway.held,
    seen,
    left: (place) => {
      if (place.view.waiting > 0) accounts.lost(sessionOf(place))
    },
  })
  const stage: Stage = {
    ...world,
    now: () => now,
    device,
    dice,
    agenda,
    accounts,
    story,
    last: { clockMoved: 0, clockStood: 0, revoked: 0 },
  }
  const { totals } = accounts
  /** Nobody comes back from there by himself. */
  const isOver = () => totals.lifetimes >= lifetimes || signOuts > 0

  let day: ReturnType<typeof everyday> | undefined
  const step = async (latest = Number.POSITIVE_INFINITY) => {
    const timers = device
      .places()
      .flatMap(({ sleep, view: { next } }) => (sleep || next === undefined ? [] : now + next))
    now = Math.max(
      now,
      Math.ceil(Math.min(latest, agenda.next(), day?.next() ?? latest, gateway.nextRelease(), ...timers)),
    )
    await world.goTo(now)
    await device.goTo(now)
    await agenda.play(now)
    await day?.play(now)
    await device.settle()
  }
  const goOnFor = async (milliseconds: number, isEnough = () => false) => {
    for (const until = now + milliseconds; now < until && !isEnough(); ) await step(until)
  }
  const atRest = async () => {
    for (const place of device.places()) await device.weigh(place)
    return device.places().map((place) => ({ place, rest: restIn(place.view) }))
  }

  await device.open(signIn)
  for (let tab = 1; tab < TABS; tab += 1) await device.open()
  await goOnFor(LIFETIME)
  const first = await atRest()

  day = everyday(stage)
  const { troubles } = day
  const [keeper] = device.places() as [Place]
  const heap: number[] = []
  while (!isOver()) {
    await step()
    if (totals.lifetimes < (lifetimes * heap.length) / WEIGHINGS) continue
    heap.push(await device.weigh(keeper))
    onProgress?.(totals.lifetimes)
  }
  day = undefined
  // Everything comes to its end, and whoever was told to wait has waited.
  const isWell = () =>
    agenda.next() === Number.POSITIVE_INFINITY && device.tabs().every(({ place }) => place.view.now === 'fresh')
  await goOnFor(2 * HOUR, isWell)
  for (const { place } of device.tabs()) await callFrom(stage, place, 5)
  await device.settle()
  await goOnFor(LIFETIME)
  const last = await atRest()
  await world.close()
  return {
    home,
    seed,
    hours: (now - start) / HOUR,
    totals,
    troubles,
    faults: countOf(gateway.played.map(({ name }) => name)),
    calls,
    longestCall,
    api: { served: api.served(), refused: api.refused(), expired: api.expired() },
    rests: last.map(({ place, rest }) => {
      const before = first.find((one) => one.place === place)?.rest
      return { name: place.name, holdsVault: place.holdsVault, before, after: rest }
    }),
    heap,
    problems,
  }
}

const restIn = ({ timers, listeners, waiting, openCalls, now }: View): Rest => ({
  timers,
  listeners,
  requests: waiting,
  calls: openCalls,
  state: now,
})

const countOf = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

async function signIn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByLabel('User name').fill('ada')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
}
