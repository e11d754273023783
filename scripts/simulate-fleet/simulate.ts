import { createAgenda, SLOT } from './agenda.ts'
import { createFleet } from './fleet.ts'
import { createProvider, type Trouble } from './provider.ts'
import { withSeed } from './seeded-random.ts'

export interface Scenario {
  readonly seed: number
  readonly sessions: number
  /** Seconds that an access token lives. */
  readonly lifetime: number
  /** All that follows in milliseconds. */
  readonly end: number
  /** Everybody signs in anew between these two. */
  readonly deploy: { readonly from: number; readonly to: number }
  readonly trouble: Trouble
  /** Between two times that the page of a session is shown, or its network is back; likewise between two calls of an API. */
  readonly wakes: number
  readonly uses: number
  /** Devices fall asleep so often, for so long in the mean. */
  readonly sleeps: { readonly each: number; readonly length: number }
}

export interface Outcome {
  /** Token requests in each second, answered or refused; without those of the sign-ins. */
  readonly renewals: Uint32Array
  readonly signIns: Uint32Array
  /** Calls in each second that an app was refused, because its token had expired. */
  readonly refusedCalls: Uint32Array
  readonly lost: number
}

export const simulate = (scenario: Scenario): Outcome => withSeed(scenario.seed, () => live(scenario))

function live({ sessions, lifetime, end, deploy, trouble, wakes, uses, sleeps }: Scenario): Outcome {
  const seconds = Math.ceil(end / 1_000)
  const renewals = new Uint32Array(seconds)
  const signIns = new Uint32Array(seconds)
  const refusedCalls = new Uint32Array(seconds)
  const count = (counted: Uint32Array, now: number) => {
    const second = Math.floor(now / 1_000)
    counted[second] = (counted[second] as number) + 1
  }

  const answer = createProvider(trouble)
  const provider: typeof answer = (now) => {
    count(renewals, now)
    return answer(now)
  }
  const alarms = createAgenda(sessions, end)
  const logins = createAgenda(sessions, end)
  const loginAt = new Float64Array(sessions)
  const asleepUntil = new Float64Array(sessions)
  const fleet = createFleet(sessions, lifetime, provider, (who) => alarms.enter(who, fleet.dueAt(who)))

  for (let who = 0; who < sessions; who += 1) {
    fleet.signedInLongAgo(who)
    const at = deploy.from + Math.random() * (deploy.to - deploy.from)
    loginAt[who] = at
    logins.enter(who, at)
  }

  const isAsleep = (who: number, now: number) => (asleepUntil[who] as number) > now
  /** So many of them, chosen by the dice, each at a moment of this slot. */
  const each = (slot: number, mean: number, happens: (who: number, now: number) => void) => {
    const times = Math.floor((sessions * SLOT) / mean + Math.random())
    for (let time = 0; time < times; time += 1) {
      const who = Math.floor(Math.random() * sessions)
      const now = (slot + Math.random()) * SLOT
      if (!isAsleep(who, now)) happens(who, now)
    }
  }

  for (let slot = 0; slot * SLOT < end; slot += 1) {
    for (let who = logins.take(slot); who >= 0; who = logins.take(slot)) {
      const now = loginAt[who] as number
      asleepUntil[who] = 0
      count(signIns, now)
      fleet.signIn(who, now)
    }
    for (let who = alarms.take(slot); who >= 0; who = alarms.take(slot)) {
      const now = Math.max(fleet.dueAt(who), slot * SLOT)
      // The timers of a device that sleeps ring when it wakes.
      if (isAsleep(who, now)) alarms.enter(who, Math.max(asleepUntil[who] as number, (slot + 1) * SLOT))
      else fleet.renew(who, now)
    }
    each(slot, wakes, (who, now) => fleet.wake(who, now))
    each(slot, uses, (who, now) => {
      if (!fleet.use(who, now)) count(refusedCalls, now)
    })
    each(slot, sleeps.each, (who, now) => {
      asleepUntil[who] = now - Math.log(1 - Math.random()) * sleeps.length
    })
  }

  let lost = 0
  for (let who = 0; who < sessions; who += 1) if (fleet.isLost(who)) lost += 1
  return { renewals, signIns, refusedCalls, lost }
}
