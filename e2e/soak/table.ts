import { growth, type Report } from './report.ts'

const WIDTH = 44

/** What happened in a soak, for people. */
export function table({
  home,
  hours,
  totals,
  troubles,
  faults,
  calls,
  longestCall,
  api,
  weights,
  rests,
}: Report): string {
  const { requests, lifetimes, sooner, retries, refusals } = totals
  const lasting = rests.flatMap(({ name, before, after }) => (before ? [{ name, before, after }] : []))
  const lines: readonly (readonly [name: string, value: string | number])[] = [
    ['the vault is', home === 'kept' ? 'in each page, the session kept' : `in the ${home}`],
    ['virtual time', `${hours.toFixed(1)} h`],
    ['requests for tokens', requests],
    ['  one for each lifetime', lifetimes],
    ...indented(sooner, 'sooner: '),
    ['  failed in passing, tried again', retries],
    ['  refresh token spent, asked in a frame', refusals],
    ['troubles', sumOf(troubles)],
    ...indented(troubles),
    ['requests for tokens that met a fault', sumOf(faults)],
    ...indented(faults),
    ['calls', sumOf(calls)],
    ...indented(calls),
    ['  the longest took', `${longestCall} ms`],
    ['requests at the API', api.served + api.refused + api.expired],
    ['  with a token that had expired', api.expired],
    ...weights.flatMap(({ name, weights }) => {
      const { early, late } = growth(weights)
      return [
        [`heap of ${name}, early and late`, `${kilobytes(early.bytes)} → ${kilobytes(late.bytes)}`],
        [`objects in ${name}`, `${Math.round(early.objects)} → ${Math.round(late.objects)}`],
      ] as const
    }),
    ...lasting.map(({ name, before, after }) => [`timers in ${name}`, `${before.timers} → ${after.timers}`] as const),
    ...lasting.map(
      ({ name, before, after }) => [`listeners in ${name}`, `${before.listeners} → ${after.listeners}`] as const,
    ),
  ]
  return lines.map(([name, value]) => `${name.padEnd(WIDTH)} ${value}`).join('\n')
}

const indented = (counts: Readonly<Record<string, number>>, before = '') =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, times]) => [`  ${before}${name}`, times] as const)

const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, times) => sum + times, 0)

const kilobytes = (bytes: number): string => `${Math.round(bytes / 1_000)} kB`
