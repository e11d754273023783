import type { Browser, Page } from '@playwright/test'
import { PASSWORD } from '../../demo/provider/people.ts'
import { createAgenda } from './agenda.ts'
import { createBooks } from './books.ts'
import { createDevice, type Weight } from './device/device.ts'
import type { View } from './device/ledger.ts'
import { createDice } from './dice.ts'
import { callFrom, everyday } from './everyday.ts'
import type { Report, Rest, SoakHome } from './report.ts'
import type { Stage } from './troubles.ts'
import { startWorld } from './world/start-world.ts'

interface Options {
  readonly browser: Browser
  readonly home: SoakHome
  readonly seed: number
  /** Ends after so many lifetimes of tokens. */
  readonly lifetimes: number
  readonly onProgress?: (lifetimes: number) => void
  /** Called with what is wrong as soon as it is seen. */
  readonly onProblem?: (words: string) => void
}

const TABS = 3
const LIFETIME = 300_000
const HOUR = 3_600_000
const WEIGHINGS = 36

/** People at work in a browser with some tabs, for days, while everything goes wrong that passes. */
export async function soak({ browser, home, seed, lifetimes, onProgress, onProblem }: Options): Promise<Report> {
  const dice = createDice(seed)
  // Cookies expire by the clock of the machine. On the hour, so that the same dice fall on the same seconds.
  const start = Math.ceil(Date.now() / HOUR) * HOUR
  let now = start
  const { accounts, story, wrong, ...books } = createBooks(home, LIFETIME, () => now, onProblem)
  const hasSharedWorker = home === 'shared-worker'
  const last = { clockMoved: 0, clockSetBack: 0, clockStood: 0, revoked: 0 }
  const world = await startWorld(hasSharedWorker ? 'shared-worker' : 'plain', LIFETIME / 1_000, start, {
    wrong,
    expired(age) {
      // What is kept has the time of the clock on it, and no other: where that is set back, it looks younger than it is.
      const looksYounger = home === 'kept' && last.clockSetBack > now - age
      if (!looksYounger) wrong(now, 'a request had an expired token on it')
    },
  })
  const { site, api, gateway } = world
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
    isBusy: gateway.isBusy,
    seen: books.seen,
    left: books.left,
    async pass(milliseconds) {
      await goTo(now + milliseconds)
      await device.settle()
    },
  })
  const goTo = async (time: number) => {
    now = Math.ceil(time)
    await world.goTo(now)
    await device.goTo(now)
    // By the clocks of those who wait for it, it is that late by now.
    gateway.release()
  }
  const agenda = createAgenda()
  const stage: Stage = {
    ...world,
    now: () => now,
    async sleep(milliseconds, monotonicGoesOn) {
      await gateway.hangUp()
      await device.settle()
      now += Math.ceil(milliseconds)
      await world.goTo(now)
      await device.sleep(now, monotonicGoesOn)
    },
    device,
    dice,
    agenda,
    accounts,
    story,
    last,
  }

  let day: ReturnType<typeof everyday> | undefined
  const step = async (latest = Number.POSITIVE_INFINITY) => {
    const next = Math.min(latest, agenda.next(), day?.next() ?? latest, gateway.nextRelease(), now + device.next())
    await goTo(Math.max(next, now))
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

  const everyDay = everyday(stage)
  // The first tab stays, and the worker, if there is one.
  const lasting = device.places().slice(0, hasSharedWorker ? 2 : 1)
  const weights: Weight[][] = []
  const { totals } = accounts
  const work = async () => {
    day = everyDay
    while (totals.lifetimes < lifetimes && !books.isSignedOut()) {
      await step()
      if (totals.lifetimes < (lifetimes * weights.length) / WEIGHINGS) continue
      const weighed: Weight[] = []
      for (const place of lasting) weighed.push(await device.weigh(place))
      weights.push(weighed)
      onProgress?.(totals.lifetimes)
    }
  }
  /** Everything comes to its end, and whoever was told to wait has waited. */
  const rest = async () => {
    day = undefined
    const areWell = () => device.tabs().every(({ place }) => place.view.now === 'fresh')
    await goOnFor(2 * HOUR, () => agenda.next() === Number.POSITIVE_INFINITY && areWell())
    for (const { place } of device.tabs()) await callFrom(stage, place, 5)
    await device.settle()
    await goOnFor(LIFETIME)
    return atRest()
  }
  // What was seen until something breaks is worth telling, too.
  const end = await work()
    .then(rest)
    .catch((error: Error): Awaited<ReturnType<typeof rest>> => {
      wrong(now, error.message)
      return []
    })
  await world.close()
  return {
    home,
    seed,
    hours: (now - start) / HOUR,
    totals,
    troubles: everyDay.troubles,
    faults: countOf(gateway.played.map(({ name }) => name)),
    calls: books.calls,
    longestCall: books.longestCall(),
    api: { served: api.served(), refused: api.refused(), expired: api.expired() },
    rests: end.map(({ place, rest }) => {
      const before = first.find((one) => one.place === place)?.rest
      return { name: place.name, holdsVault: place.holdsVault, before, after: rest }
    }),
    weights: lasting.map(({ name }, index) => ({ name, weights: weights.flatMap((all) => all[index] ?? []) })),
    problems: books.problems,
  }
}

const restIn = ({ timers, listeners, waiting, openCalls, now }: View): Rest => ({
  timers,
  listeners,
  requests: waiting.length,
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
  await page.getByText('signed in as').waitFor()
}
