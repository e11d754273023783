import type { Totals } from './accounts.ts'
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
  /** Bytes in use where the vault is, again and again. */
  readonly heap: readonly number[]
  /** What was seen to be wrong at the moment when it was. */
  readonly problems: readonly string[]
}

/** What callers may hear while a fault passes. */
const PASSING = ['ok', 'network', 'timeout', 'provider_invalid']
const QUARTER_MEGABYTE = 256_000

/** Everything that a soak claims and that does not hold. */
export function failedClaims({ problems, calls, rests, heap }: Report): readonly string[] {
  const failed = [...problems]
  const claim = (holds: boolean, sentence: string) => holds || failed.push(sentence)

  for (const [outcome, times] of Object.entries(calls))
    claim(PASSING.includes(outcome), `${times} calls ended with ${outcome}`)

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
  const { early, late } = thirds(heap)
  claim(late - early < QUARTER_MEGABYTE, `the heap has grown by ${Math.round((late - early) / 1_000)} kB`)
  return failed
}

/** In the mean of the second fifth, when everything has been used once, and of the last third. */
export function thirds(heap: readonly number[]): { readonly early: number; readonly late: number } {
  const mean = (from: number, to: number) => {
    const part = heap.slice(Math.floor(heap.length * from), Math.ceil(heap.length * to))
    return part.reduce((sum, bytes) => sum + bytes, 0) / part.length
  }
  return { early: mean(1 / 6, 1 / 3), late: mean(2 / 3, 1) }
}
