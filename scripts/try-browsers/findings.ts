import type { Home } from './app-server.ts'

/** What came of a scenario; nothing at all where it went as it should. */
export interface Result {
  /** What was not as it should be. */
  readonly problem?: string
  /** How this engine does it. */
  readonly note?: string
  /** Why it was not played. */
  readonly obstacle?: string
}

export interface Finding extends Result {
  /** With its version. */
  readonly engine: string
  readonly home: Home
  readonly scenario: string
}

export const wordFor = ({ problem, obstacle, note }: Result): string => {
  if (problem !== undefined) return '✗'
  if (obstacle) return `– ${obstacle}`
  return note ? `✓ ${note}` : '✓'
}

/** What was found of one scenario in one engine, with all homes in one where they do not differ. */
export function summaryOf(findings: readonly Finding[]): string {
  const homesBy = new Map<string, Home[]>()
  for (const finding of findings) {
    const word = wordFor(finding)
    homesBy.set(word, [...(homesBy.get(word) ?? []), finding.home])
  }
  if (homesBy.size === 1) return [...homesBy.keys()].join()
  return [...homesBy].map(([word, homes]) => `${homes.join(', ')}: ${word}`).join('<br>')
}
