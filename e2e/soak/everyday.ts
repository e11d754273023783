import { createAgenda } from './agenda.ts'
import type { Place } from './device/place.ts'
import { type Stage, TROUBLES } from './troubles.ts'

/** What people and their apps do all the time, and what befalls them. */
export function everyday(stage: Stage) {
  const { device, dice, accounts, story, now } = stage
  const agenda = createAgenda()
  const troubles: Record<string, number> = {}

  const again = (act: () => unknown, least: number, most: number) => agenda.add(now() + dice.span(least, most), act)
  const callTheApi = async () => {
    const awake = device.tabs().filter(({ place }) => !place.isAsleep)
    if (awake.length > 0) await callFrom(stage, dice.one(awake).place, dice.one([1, 1, 2, 20]))
    again(callTheApi, 2_000, 200_000)
  }
  const tryAgain = async () => {
    const awake = device.tabs().filter(({ place }) => !place.isAsleep)
    if (awake.length > 0) await dice.one(awake).place.run(() => window.harness.auth.retry())
    accounts.woken()
    again(tryAgain, 60_000, 6_000_000)
  }
  const makeTrouble = async () => {
    const name = dice.one(Object.keys(TROUBLES))
    if (await TROUBLES[name]?.(stage)) {
      story.note(now(), '-', name)
      troubles[name] = (troubles[name] ?? 0) + 1
    }
    again(makeTrouble, 10_000, 240_000)
  }
  for (const act of [callTheApi, tryAgain, makeTrouble]) again(act, 1, 1_000)
  return { ...agenda, troubles }
}

/** So many calls at once. */
export const callFrom = ({ api }: Stage, place: Place, times: number): Promise<void> =>
  place.run(({ ledger }, url, times) => ledger.call(url, times), `${api.url}notes`, times)
