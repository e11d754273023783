export interface Panel {
  readonly title: string
  /** In seconds. */
  readonly from: number
  readonly to: number
  readonly marks: readonly { readonly from: number; readonly to: number; readonly label: string }[]
}

const WIDTH = 880
const LEFT = 56
const HEIGHT = 150
const GAP = 64

/** Requests per second over time: the mean and the highest second of what falls on each pixel. Legible on white and on black. */
export function plot(rates: Uint32Array, mean: number, panels: readonly Panel[]): string {
  const height = GAP + panels.length * (HEIGHT + GAP)
  const drawn = panels.map((panel, index) => drawPanel(rates, mean, panel, GAP + index * (HEIGHT + GAP)))
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12">
<title>Requests per second at the provider over a day</title>
<style>
text { fill: #57606a } .title { fill: #1f2328; font-size: 14px } .peak { fill: none; stroke: #9a6700; stroke-opacity: .45 }
.mean { fill: none; stroke: #0969da; stroke-width: 1.5 } .grid { stroke: #8c959f; stroke-opacity: .35 } .mark { fill: #cf222e; fill-opacity: .14 }
@media (prefers-color-scheme: dark) { text { fill: #9198a1 } .title { fill: #f0f6fc } .mean { stroke: #58a6ff } .peak { stroke: #d29922 } }
</style>
${drawn.join('\n')}
</svg>
`
}

function drawPanel(rates: Uint32Array, mean: number, { title, from, to, marks }: Panel, top: number): string {
  const columns = WIDTH - LEFT - 16
  const means: number[] = []
  const peaks: number[] = []
  for (let column = 0; column < columns; column += 1) {
    const begin = Math.floor(from + ((to - from) * column) / columns)
    const seconds = rates.subarray(
      begin,
      Math.max(begin + 1, Math.floor(from + ((to - from) * (column + 1)) / columns)),
    )
    means.push(seconds.reduce((sum, each) => sum + each, 0) / seconds.length)
    peaks.push(seconds.reduce((most, each) => Math.max(most, each), 0))
  }
  const highest = Math.max(3, Math.ceil(Math.max(...peaks) / mean))
  const x = (second: number) => LEFT + ((second - from) / (to - from)) * columns
  const y = (rate: number) => top + HEIGHT * (1 - rate / mean / highest)
  const line = (values: readonly number[]) =>
    values.map((value, column) => `${column ? 'L' : 'M'}${LEFT + column} ${y(value).toFixed(1)}`).join('')
  const step = Math.ceil(highest / 5)
  const grid = Array.from({ length: Math.floor(highest / step) + 1 }, (_, index) => index * step).map(
    (times) =>
      `<path class="grid" d="M${LEFT} ${y(times * mean).toFixed(1)}H${WIDTH - 16}"/><text x="${LEFT - 8}" y="${(y(times * mean) + 4).toFixed(1)}" text-anchor="end">${times}×</text>`,
  )
  const hours = Array.from({ length: 7 }, (_, index) => from + ((to - from) * index) / 6).map(
    (second) =>
      `<text x="${x(second).toFixed(1)}" y="${top + HEIGHT + 18}" text-anchor="middle">${clock(second)}</text>`,
  )
  const shades = marks.map(
    ({ from, to, label }) =>
      `<rect class="mark" x="${x(from).toFixed(1)}" y="${top}" width="${Math.max(1, x(to) - x(from)).toFixed(1)}" height="${HEIGHT}"/><text x="${x(from).toFixed(1)}" y="${top - 4}">${label}</text>`,
  )
  return [
    `<text class="title" x="${LEFT}" y="${top - 22}">${title}</text>`,
    ...shades,
    ...grid,
    ...hours,
    `<path class="peak" d="${line(peaks)}"/><path class="mean" d="${line(means)}"/>`,
  ].join('\n')
}

const clock = (second: number) =>
  `${Math.floor(second / 3_600)}:${String(Math.floor((second / 60) % 60)).padStart(2, '0')}`
