// @ts-check
import { findProblems, testsByRow } from './conformance-proofs.mjs'

/** @typedef {import('./conformance-rows.mjs').Row} Row */
/** @typedef {import('./conformance-rows.mjs').Group} Group */
/** @typedef {import('./conformance-tests.mjs').Test} Test */

const SHOWN = 3
const LONGEST_TITLE = 160

/**
 * What is not true of the page as it stands, each as a sentence.
 * @param {string} page
 * @param {Group[]} groups
 * @param {Test[]} tests
 * @param {string} remedy
 */
export function problemsWith(page, groups, tests, remedy) {
  const problems = findProblems(groups, tests)
  const isStale = problems.length === 0 && page.replaceAll('\r\n', '\n') !== renderPage(groups, tests)
  return isStale ? [`docs/conformance.md is out of date: ${remedy}`] : problems
}

/**
 * The page as Markdown, with links from where it stands.
 * @param {Group[]} groups
 * @param {Test[]} tests
 */
export function renderPage(groups, tests) {
  const byRow = testsByRow(tests)
  const rows = groups.flatMap((group) => group.rows)
  /** @param {Row[]} some */
  const provenOf = (some) => some.filter(({ id, reason, partly }) => byRow.has(id) && !reason && !partly).length
  return `# Conformance

What OAuth 2.0 and OpenID Connect demand of a client in the browser, and what attackers have tried on others, as cases with an id each: what Latchkey
does, and the tests that prove it. Each test plays its case for real: a provider that answers so, a page that does so.

**${rows.length} rows: ${provenOf(rows)} proven, ${rows.length - provenOf(rows)} with a reason.**

| | group | rows | proven | with a reason |
| --- | --- | ---: | ---: | ---: |
${groups.map((group) => summaryOf(group, provenOf(group.rows))).join('\n')}

Written by \`npm run conformance\` from the results of \`npm test\` and from [the rows](conformance/rows.jsonl); not by hand. A test belongs to the rows whose ids
stand in its title. \`npm run check\` fails when a row has neither a test nor a reason, and when this page is out of date.
${groups.map((group) => tableOf(group, byRow)).join('')}`
}

/** @param {Group} group @param {number} proven */
function summaryOf({ group, title, rows }, proven) {
  const anchor = headingOf({ group, title })
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-')
  return `| ${group} | [${title}](#${anchor}) | ${rows.length} | ${proven} | ${rows.length - proven} |`
}

/** @param {Pick<Group, 'group' | 'title'>} group */
const headingOf = ({ group, title }) => `${group}. ${title}`

/** @param {Group} group @param {Map<string, Test[]>} byRow */
function tableOf(group, byRow) {
  const lines = group.rows.map((row) => {
    const source = row.source ? `<br><sub>${row.source}</sub>` : ''
    return `| ${row.id} | ${row.case}${source} | ${row.outcome} | ${proofOf(row, byRow.get(row.id) ?? [])} |`
  })
  return `
## ${headingOf(group)}

| id | case | Latchkey | proven by |
| --- | --- | --- | --- |
${lines.join('\n')}
`
}

/** @param {Row} row @param {Test[]} tests */
function proofOf({ reason, partly }, tests) {
  const first = onePerFileFirst(tests).slice(0, SHOWN)
  const more = tests.length - first.length
  return [
    ...first.map(linkTo),
    ...(more > 0 ? [`and ${more} more`] : []),
    ...(reason ? [`*Not proven:* ${reason}`] : []),
    ...(partly ? [`*Open:* ${partly}`] : []),
  ].join('<br>')
}

/** So that a long table in one file does not hide the test in the browser. @param {Test[]} tests */
function onePerFileFirst(tests) {
  /** @type {Map<string, Test[]>} */
  const byFile = new Map()
  for (const test of tests) byFile.set(test.file, [...(byFile.get(test.file) ?? []), test])
  const first = [...byFile.values()].flatMap(([test]) => test ?? [])
  return [...first, ...tests.filter((test) => !first.includes(test))]
}

/** @param {Test} test */
const linkTo = ({ file, title }) => `[${file.replace(/\.test\.tsx?$/, '')}](../${file}): ${asText(title)}`

/** Titles hold hostile text, too: nothing in it is markup here. @param {string} title */
function asText(title) {
  const characters = [...title.replaceAll(' > ', ' › ').replace(/\s+/g, ' ').replace(/\p{C}/gu, '\uFFFD')]
  const short =
    characters.length > LONGEST_TITLE ? `${characters.slice(0, LONGEST_TITLE).join('')}…` : characters.join('')
  return short.replace(/[&<>|*_`[\]\\~$@]|:(?=\/\/)/g, (character) => `&#${character.charCodeAt(0)};`)
}
