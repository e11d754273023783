import type { Home } from './app-server.ts'
import type { Scenario } from './scenario.ts'

export interface Finding {
  /** With its version. */
  readonly engine: string
  readonly home: Home
  readonly scenario: string
  /** What was not as it should be. */
  readonly problem?: string
  /** How this engine does it. */
  readonly note?: string
  /** Why it was not played. */
  readonly obstacle?: string
}

/** In Markdown: a row for each scenario, a column for each engine, with all homes in one where they do not differ. */
export function tableOf(findings: readonly Finding[], scenarios: readonly Scenario[]): string {
  const engines = [...new Set(findings.map(({ engine }) => engine))].sort()
  const rows = scenarios.map(({ name }) =>
    row([
      name,
      ...engines.map((engine) => cell(findings.filter((one) => one.scenario === name && one.engine === engine))),
    ]),
  )
  return [row(['', ...engines]), row(['---', ...engines.map(() => '---')]), ...rows].join('\n')
}

export const wordFor = ({ problem, obstacle, note }: Omit<Finding, 'engine' | 'home' | 'scenario'>): string => {
  if (problem !== undefined) return '✗'
  if (obstacle) return `– ${obstacle}`
  return note ? `✓ ${note}` : '✓'
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

function cell(findings: readonly Finding[]): string {
  const homesBy = new Map<string, Home[]>()
  for (const finding of findings)
    homesBy.set(wordFor(finding), [...(homesBy.get(wordFor(finding)) ?? []), finding.home])
  if (homesBy.size === 1) return [...homesBy.keys()].join()
  return [...homesBy].map(([word, homes]) => `${homes.join(', ')}: ${word}`).join('<br>')
}
