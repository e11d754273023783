import type { Accounts } from './accounts.ts'
import type { createAgenda } from './agenda.ts'
import type { Device } from './device/device.ts'
import type { Tab } from './device/tab.ts'
import type { Dice } from './dice.ts'
import type { Story } from './story.ts'
import * as faults from './world/faults.ts'
import type { SoakWorld } from './world/start-world.ts'

/** What a soak is made of. */
export interface Stage extends SoakWorld {
  readonly now: () => number
  /** Nothing goes on in the device for so many milliseconds. */
  readonly sleep: (milliseconds: number, monotonicGoesOn: boolean) => Promise<void>
  readonly device: Device
  readonly dice: Dice
  readonly agenda: ReturnType<typeof createAgenda>
  readonly accounts: Accounts
  readonly story: Story
  /** When something was done last that does not go together with something else. */
  readonly last: { clockMoved: number; clockSetBack: number; clockStood: number; revoked: number }
}

const ONE_SECOND = 1_000
const ONE_MINUTE = 60_000
const HOUR = 60 * ONE_MINUTE
/** Less than the tolerance of five minutes. */
const FOUR_MINUTES = 4 * ONE_MINUTE

/** Most troubles are short, some outlast a token. */
const spanOf = ({ dice }: Stage) => dice.span(ONE_SECOND, 15 * ONE_MINUTE)

const isWell = ({ gateway }: Stage) =>
  !gateway.isDead() && !gateway.always && gateway.next.length === 0 && gateway.held().length === 0

/** For a while every request to the provider meets this. */
const forAWhile = (faultFor: (stage: Stage) => faults.Fault) => (stage: Stage) => {
  const { gateway, agenda, now } = stage
  if (!isWell(stage)) return false
  gateway.always = faultFor(stage)
  agenda.add(now() + spanOf(stage), () => {
    gateway.always = undefined
  })
  return true
}

/** The next requests for tokens meet this. */
const next = (faultFor: (stage: Stage) => faults.Fault) => (stage: Stage) => {
  if (!isWell(stage)) return false
  const times = stage.dice.chance(0.8) ? 1 : stage.dice.whole(2, 4)
  for (let time = 0; time < times; time += 1) stage.gateway.next.push(faultFor(stage))
  return true
}

const awake = ({ device }: Stage): readonly Tab[] => device.tabs().filter(({ place }) => !place.isAsleep)
/** A login in a tab that opens is refused where the clock is too wrong. */
const isRoughlyRight = ({ device }: Stage) => Math.abs(device.clockIsWrongBy()) <= FOUR_MINUTES

/** The first tab stays, so that what piles up in it can be seen. */
const passing = (stage: Stage): readonly Tab[] => awake(stage).filter((tab) => tab !== stage.device.tabs()[0])

const mayRevoke = ({ gateway, accounts, last, now }: Stage) =>
  gateway.held().length === 0 && accounts.mayBeRefused(now()) && now() >= last.revoked + ONE_MINUTE

/** The page is shown again, or a timer rings before somebody looks at it. */
const show = async ({ accounts, dice }: Stage, tabs: readonly Tab[]) => {
  accounts.woken()
  for (const { place } of tabs)
    if (dice.chance(0.7)) await place.run(() => void document.dispatchEvent(new Event('visibilitychange')))
}

/** Each answers whether it was played: not everything goes at any time. */
export const TROUBLES: Readonly<Record<string, (stage: Stage) => boolean | Promise<boolean>>> = {
  async 'provider killed'(stage) {
    if (!isWell(stage)) return false
    await stage.gateway.kill()
    stage.agenda.add(stage.now() + spanOf(stage), async () => {
      await stage.gateway.revive()
      if (stage.dice.chance(0.5)) return
      stage.accounts.woken()
      for (const { place } of awake(stage)) await place.run(() => void dispatchEvent(new Event('online')))
    })
    return true
  },
  '503': forAWhile(() => faults.unavailable),
  '429, Retry-After in seconds': forAWhile(({ dice }) => faults.tooManyFor(dice.whole(1, 120))),
  '429, Retry-After as a date': forAWhile(({ dice }) => faults.tooManyUntil(dice.whole(1, 120))),
  'HTML page': forAWhile(() => faults.captivePortal),
  'no CORS headers': forAWhile(() => faults.withoutCors),
  'never answered': next(() => faults.neverAnswered),
  'answer lost': next(() => faults.answerLost),
  'answer never sent': next(() => faults.answerHeldBack),
  'half an answer': next(() => faults.answerBrokenOff),
  'late answer': next(({ dice }) => faults.late(dice.whole(1, 9) * ONE_SECOND)),
  async 'keys rotated'({ provider, api }) {
    await provider.tell({ rotate: 'published' })
    api.forgetKeys()
    return true
  },
  async 'keys withdrawn'(stage) {
    if (!mayRevoke(stage)) return false
    stage.last.revoked = stage.now()
    await stage.provider.tell({ rotate: 'withdrawn' })
    stage.api.forgetKeys()
    return true
  },
  'tokens revoked'(stage) {
    if (!mayRevoke(stage)) return false
    stage.last.revoked = stage.now()
    stage.api.refuse()
    return true
  },
  'tab sleeps'(stage) {
    const { device, dice, agenda, now } = stage
    const tabs = awake(stage)
    if (tabs.length < 2) return false
    const tab = dice.one(tabs)
    tab.place.isAsleep = true
    agenda.add(now() + dice.span(ONE_SECOND, HOUR), async () => {
      tab.place.isAsleep = false
      if (device.tabs().includes(tab)) await show(stage, [tab])
    })
    return true
  },
  async 'device sleeps'(stage) {
    const { dice, last, now, sleep } = stage
    // A clock that is set back, and one that stands still, in the life of the same token: nobody can tell how old it is.
    const monotonicGoesOn = dice.chance(0.5) || now() < last.clockMoved + HOUR
    await sleep(dice.span(ONE_SECOND, HOUR), monotonicGoesOn)
    if (!monotonicGoesOn) last.clockStood = now()
    await show(stage, awake(stage))
    return true
  },
  async 'clock moved'({ device, dice, accounts, last, now }) {
    if (now() < last.clockStood + HOUR) return false
    last.clockMoved = now()
    const most = dice.one([0, FOUR_MINUTES, 3 * HOUR])
    const by = dice.between(-most, most)
    if (by < device.clockIsWrongBy()) last.clockSetBack = now()
    await device.setClock(by)
    accounts.clockMoved()
    return true
  },
  async 'tab reloaded'(stage) {
    const tabs = passing(stage)
    if (!isWell(stage) || !isRoughlyRight(stage) || tabs.length === 0) return false
    await stage.device.reload(stage.dice.one(tabs))
    return true
  },
  'tab reloaded in the middle of a renewal'(stage) {
    if (!isWell(stage) || !isRoughlyRight(stage)) return false
    stage.gateway.next.push({
      ...faults.late(8 * ONE_SECOND),
      async play(exchange) {
        stage.agenda.add(stage.now() + ONE_SECOND, async () => {
          const tabs = passing(stage)
          const tab = tabs.find(({ place }) => place.view.waiting.length > 0) ?? tabs[0]
          if (tab) await stage.device.reload(tab)
        })
        await faults.late(8 * ONE_SECOND).play(exchange)
      },
    })
    return true
  },
  async 'tab closed, another opened'(stage) {
    const tabs = passing(stage)
    if (!isWell(stage) || !isRoughlyRight(stage) || tabs.length === 0) return false
    await stage.device.close(stage.dice.one(tabs))
    await stage.device.open()
    return true
  },
}
