import type { Calls, CallsByKind } from './calls.ts'
import type { Download } from './download.ts'

interface Row {
  readonly home: string
  readonly calls: CallsByKind
  readonly reloads: number
  readonly download: Download
}

const milliseconds = (number: number) => `${number.toFixed(2)} ms`
const inWords = ({ plain, authFetch }: Calls) =>
  `${milliseconds(authFetch)} (fetch ${milliseconds(plain)}, × ${(authFetch / plain).toFixed(2)})`

/** A row for each home, as Markdown. */
export function printTable(rows: readonly Row[]): void {
  const lines = rows.map(({ home, calls, reloads, download }) => [
    home,
    inWords(calls.get),
    inWords(calls.post),
    milliseconds(reloads),
    `${download.authFetch.toFixed(0)} MiB/s (fetch ${download.plain.toFixed(0)})`,
    `${download.memory.toFixed(0)} MiB`,
  ])
  const head = [
    'tokens in',
    'GET',
    'POST of 10 kB',
    'reload to signed-in',
    '200 MiB download',
    'memory it takes at most',
  ]
  const table = [head, head.map(() => '---'), ...lines]
  console.log(table.map((cells) => `| ${cells.join(' | ')} |`).join('\n'))
}
