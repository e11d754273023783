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

/** In Markdown: a row for each scenario, a column for each engine and home. */
export function tableOf(findings: readonly Finding[], scenarios: readonly Scenario[]): string {
  const columns = [...new Set(findings.map(({ engine, home }) => `${engine}, ${home}`))]
  const rows = scenarios.map(({ name }) =>
    row([
      name,
      ...columns.map((column) =>
        cell(findings.find((one) => one.scenario === name && `${one.engine}, ${one.home}` === column)),
      ),
    ]),
  )
  return [row(['', ...columns]), row(['---', ...columns.map(() => ':-:')]), ...rows].join('\n')
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

function cell(finding: Finding | undefined): string {
  if (!finding) return ''
  if (finding.problem !== undefined) return '✗'
  if (finding.obstacle) return '–'
  return finding.note ? `✓ ${finding.note}` : '✓'
}
