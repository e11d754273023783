import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const PAGE = join(import.meta.dirname, '../../docs/browsers.md')
const TABLE = /(<!-- table -->\n)[\s\S]*(<!-- end of table -->)/

/** What is between the two comments is this script's. */
export function writeTable(table: string): void {
  writeFileSync(PAGE, readFileSync(PAGE, 'utf8').replace(TABLE, `$1\n${table}\n\n$2`))
}
