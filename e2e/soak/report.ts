import type { Totals } from './accounts.ts'
import type { Weight } from './device/device.ts'
import type { Place } from './device/place.ts'

/** `kept`: a vault in each page, and the session kept for all of them. */
export const SOAK_HOMES = ['page', 'shared-worker', 'kept'] as const
export type SoakHome = (typeof SOAK_HOMES)[number]

/** What there is of the library in a page or worker where nothing goes on. */
export interface Rest {
  readonly timers: number
  readonly listeners: number
  readonly requests: number
  readonly calls: number
  readonly state: string
}

export interface Report {
  readonly home: SoakHome
  readonly seed: number
  /** Of virtual time. */
  readonly hours: number
  readonly totals: Totals
  /** How often each was played, and how many requests for tokens met each fault. */
  readonly troubles: Readonly<Record<string, number>>
  readonly faults: Readonly<Record<string, number>>
  readonly calls: Readonly<Record<string, number>>
  /** Milliseconds. */
  readonly longestCall: number
  readonly api: { readonly served: number; readonly refused: number; readonly expired: number }
  /** Of every page and worker, after the last trouble; of those that were there then, before the first one, too. */
  readonly rests: readonly (Pick<Place, 'name' | 'holdsVault'> & {
    readonly before: Rest | undefined
    readonly after: Rest
  })[]
  /** Of every page and worker that was there all the time, again and again. */
  readonly weights: readonly { readonly name: string; readonly weights: readonly Weight[] }[]
  /** What was seen to be wrong at the moment when it was. */
  readonly problems: readonly string[]
}

/** What is used for the first time late in a short soak. In a long one nothing may stay of a renewal. */
const FORTY_OBJECTS = 40
/** What code weighs that has become warm is more than what fewer could leave behind. */
const MANY_LIFETIMES = 1_000
const QUARTER_MEGABYTE = 256_000

/** Everything that a soak claims and that does not hold. */
export function failedClaims({ problems, rests, weights, totals }: Report): readonly string[] {
  const failed = [...problems]
  const claim = (holds: boolean, sentence: string) => holds || failed.push(sentence)

  for (const { name, holdsVault, before, after } of rests) {
    claim(after.state === 'fresh' || after.state === '', `${name} ends ${after.state}`)
    claim(after.requests + after.calls === 0, `${name} ends with requests or calls under way`)
    claim(after.timers === (holdsVault ? 1 : 0), `${name} ends with ${after.timers} timers`)
    if (before)
      claim(
        after.listeners <= before.listeners,
        `${name} has ${after.listeners} listeners, and had ${before.listeners}`,
      )
  }
  for (const { name, weights: all } of weights) {
    const { early, late } = growth(all)
    const objects = Math.round(late.objects - early.objects)
    claim(objects < FORTY_OBJECTS, `${name} has ${objects} objects more`)
    const bytes = late.bytes - early.bytes
    if (totals.lifetimes >= MANY_LIFETIMES)
      claim(bytes < QUARTER_MEGABYTE, `${name} has grown by ${Math.round(bytes / 1_000)} kB`)
  }
  return failed
}

/** In the mean of the second sixth, when everything has been used once, and of the last third. */
export function growth(weights: readonly Weight[]): { readonly early: Weight; readonly late: Weight } {
  const mean = (from: number, to: number, what: keyof Weight) => {
    const part = weights.slice(Math.floor(weights.length * from), Math.ceil(weights.length * to))
    return part.reduce((sum, weight) => sum + weight[what], 0) / part.length
  }
  const weight = (from: number, to: number) => ({ bytes: mean(from, to, 'bytes'), objects: mean(from, to, 'objects') })
  return { early: weight(1 / 6, 1 / 3), late: weight(2 / 3, 1) }
}
