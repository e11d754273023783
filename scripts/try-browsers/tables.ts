import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { summaryOf } from './findings.ts'
import type { Report } from './try-engine.ts'

const PAGE = join(import.meta.dirname, '../../docs/browsers.md')
const PLACE = /(<!-- tables -->\n)[\s\S]*(<!-- end of tables -->)/

/** In Markdown: what was played, then what each engine has. A column for each. */
export function tablesOf(reports: readonly Report[], scenarios: readonly string[]): string {
  const head = [row(['', ...reports.map(({ engine }) => engine)]), row(['---', ...reports.map(() => '---')])]
  const played = scenarios.map((name) =>
    row([name, ...reports.map(({ findings }) => summaryOf(findings.filter(({ scenario }) => scenario === name)))]),
  )
  const facts = Object.keys(reports[0]?.facts ?? {}).map((name) =>
    row([name, ...reports.map(({ facts }) => (facts[name] ? 'yes' : 'no'))]),
  )
  return [...head, ...played, '', ...head, ...facts].join('\n')
}

/** Into docs/browsers.md, between the two comments that are there for it. */
export function writeTables(tables: string): void {
  writeFileSync(PAGE, readFileSync(PAGE, 'utf8').replace(PLACE, `$1\n${tables}\n\n$2`))
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
