// @vitest-environment node
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCatalogue } from './conformance-files.mjs'
import { problemsWith, renderPage } from './conformance-page.mjs'
import { findProblems } from './conformance-proofs.mjs'
import { parseCatalogue } from './conformance-rows.mjs'
import { endToEndTests, idsIn, listedEndToEndTests, listedUnitTests, unitTests } from './conformance-tests.mjs'

const root = join(import.meta.dirname, '..')

// The ids are put together here, so that no title of this file counts as a proof.
const [FIRST, SECOND, THIRD, UNKNOWN] = ['A0', 'A0', 'B0', 'B9'].map((id, index) => `${id}${index + 1}`)

const catalogue = (...changes: object[]) =>
  parseCatalogue(
    [
      { group: 'A', title: 'Requests, and more' },
      { id: FIRST, case: 'first case', outcome: 'refused', source: 'RFC 1' },
      { id: SECOND, case: 'second case', outcome: 'taken' },
      { group: 'B', title: 'Callback' },
      { id: THIRD, case: 'third case', outcome: 'refused', ...changes[0] },
    ]
      .map((line) => JSON.stringify(line))
      .join('\n'),
  )

const proof = (title: string, file = 'test/one.test.ts', passed = true) => ({ file, title, passed })

const ALL = [proof(`${FIRST}, ${SECOND} work`), proof(`${THIRD} works`, 'e2e/two.test.ts')]

describe('The ids in a title', () => {
  it.each([
    [`${FIRST} refuses`, [FIRST]],
    [`${FIRST}, ${THIRD} refuse`, [FIRST, THIRD]],
    [`A describe of ${FIRST} > refuses ${THIRD}: too`, [FIRST, THIRD]],
    [`RS256 ES384 X${FIRST} ${FIRST}b %${FIRST} ${FIRST}1 N01`, []],
  ])('are found: %#', (title, ids) => {
    expect([...idsIn(title)]).toEqual(ids)
  })
})

describe('The results of the tests', () => {
  it('are read from the report of Vitest', () => {
    const assertionResults = [
      { ancestorTitles: ['a', 'b'], title: 'c', status: 'passed' },
      { ancestorTitles: [], title: 'd', status: 'failed' },
      { ancestorTitles: [], title: 'e', status: 'skipped' },
    ]
    expect(unitTests({ testResults: [{ name: join(root, 'test/one.test.ts'), assertionResults }] })).toEqual([
      proof('a > b > c'),
      proof('d', 'test/one.test.ts', false),
      proof('e', 'test/one.test.ts', false),
    ])
    expect(unitTests(undefined)).toEqual([])
  })

  it('are read from the report of Playwright', () => {
    const spec = (title: string, status: string, ...results: string[]) => ({
      title,
      file: 'two.test.ts',
      tests: [{ status, results: results.map((each) => ({ status: each })) }],
    })
    const inner = { title: 'a', specs: [spec('c', 'flaky', 'failed', 'passed'), spec('d', 'expected', 'failed')] }
    const file = {
      title: 'two.test.ts',
      specs: [spec('b', 'expected', 'passed'), spec('e', 'skipped')],
      suites: [inner],
    }
    const report = { config: { rootDir: join(root, 'e2e') }, suites: [file] }
    expect(endToEndTests(report)).toEqual([
      proof('b', 'e2e/two.test.ts'),
      proof('e', 'e2e/two.test.ts', false),
      proof('a > c', 'e2e/two.test.ts'),
      proof('a > d', 'e2e/two.test.ts', false),
    ])
    expect(endToEndTests(undefined)).toEqual([])
    expect(listedEndToEndTests(report).map(({ title }) => title)).toEqual(['b', 'e', 'a > c', 'a > d'])
  })

  it('have the titles that a mere list of the tests has', () => {
    expect(listedUnitTests([{ name: 'a > b > c', file: join(root, 'test/one.test.ts') }])).toEqual([proof('a > b > c')])
  })
})

describe('The problems', () => {
  it('are none where each row has a test that passed', () => {
    expect(findProblems(catalogue(), ALL)).toEqual([])
  })

  it('are none where a row has a reason, or is proven in part', () => {
    expect(findProblems(catalogue({ reason: 'Not built yet.' }), ALL.slice(0, 1))).toEqual([])
    expect(findProblems(catalogue({ partly: 'One thing is open.' }), ALL)).toEqual([])
  })

  it('are a row with neither a test nor a reason', () => {
    expect(findProblems(catalogue(), ALL.slice(0, 1))).toEqual([`${THIRD} has neither a test nor a reason`])
  })

  it('are a row with a test and a reason', () => {
    expect(findProblems(catalogue({ reason: 'Not built yet.' }), ALL)).toEqual([
      expect.stringContaining(`${THIRD} has a test by now`),
    ])
  })

  it('are a row that is proven in part by nothing', () => {
    expect(findProblems(catalogue({ partly: 'One thing is open.' }), ALL.slice(0, 1))).toEqual([
      expect.stringContaining(`${THIRD} has no test`),
    ])
  })

  it('are a test that names an unknown row', () => {
    expect(findProblems(catalogue(), [...ALL, proof(`${UNKNOWN} works`)])).toEqual([
      `${UNKNOWN} is no row of the catalogue: test/one.test.ts: ${UNKNOWN} works`,
    ])
  })

  it('are a test that failed, even beside one that passed', () => {
    const failed = proof(`${FIRST} fails`, 'test/one.test.ts', false)
    expect(findProblems(catalogue(), [...ALL, failed])).toEqual([
      `A test of a row did not pass: test/one.test.ts: ${FIRST} fails`,
    ])
    expect(findProblems(catalogue(), [...ALL, failed, { ...failed, passed: true }])).toHaveLength(1)
  })

  it('are every row where no test reported', () => {
    expect(findProblems(catalogue(), [])).toHaveLength(3)
  })
})

describe('The page', () => {
  const page = renderPage(catalogue(), ALL)

  it('counts and lists the rows', () => {
    expect(page).toContain('**3 rows: 3 proven, 0 with a reason.**')
    expect(page).toContain('| A | [Requests, and more](#a-requests-and-more) | 2 | 2 | 0 |')
    expect(page).toContain(
      `| ${FIRST} | first case<br><sub>RFC 1</sub> | refused | [test/one](../test/one.test.ts): ${FIRST}, ${SECOND} work |`,
    )
    expect(page).toContain(`| ${THIRD} | third case | refused | [e2e/two](../e2e/two.test.ts): ${THIRD} works |`)
  })

  it('gives reasons, and counts what is proven in part among them', () => {
    const reasoned = renderPage(catalogue({ reason: 'Not built yet.' }), ALL.slice(0, 1))
    expect(reasoned).toContain('**3 rows: 2 proven, 1 with a reason.**')
    expect(reasoned).toContain(`| ${THIRD} | third case | refused | *Not proven:* Not built yet. |`)
    const partly = renderPage(catalogue({ partly: 'One thing is open.' }), ALL)
    expect(partly).toContain('**3 rows: 2 proven, 1 with a reason.**')
    expect(partly).toContain(`${THIRD} works<br>*Open:* One thing is open. |`)
  })

  it('names three tests of a row, one of each file first, and counts the rest', () => {
    const many = [...'dcba'].map((letter) => proof(`${FIRST} ${letter}`))
    const line = renderPage(catalogue(), [...many, ...ALL, proof(`${FIRST} z`, 'test/two.test.ts')])
      .split('\n')
      .find((each) => each.startsWith(`| ${FIRST}`))
    const named = [...(line ?? '').matchAll(/\[(test\/\w+)\]\(\S+\): (.*?)<br>/g)].map(([, file, title]) => [
      file,
      title,
    ])
    expect(named).toEqual([
      ['test/one', `${FIRST} a`],
      ['test/two', `${FIRST} z`],
      ['test/one', `${FIRST} b`],
    ])
    expect(line).toMatch(/<br>and 3 more \|$/)
  })

  it('counts no row as proven that has no test', () => {
    expect(renderPage(catalogue(), [])).toContain('**3 rows: 0 proven, 3 with a reason.**')
  })

  it('is the same in whatever order the tests ran', () => {
    expect(renderPage(catalogue(), [...ALL].reverse())).toBe(page)
  })

  it('makes no markup of a title', () => {
    const hostile = `${FIRST} <img onerror=x> | [a](b) *c* \`d\` __proto__ \\ http://e \u0000\u202e\r\n${'f'.repeat(500)}`
    const line = renderPage(catalogue(), [proof(hostile), ...ALL])
      .split('\n')
      .find((each) => each.startsWith(`| ${FIRST}`))
    expect(line).toContain('&#60;img onerror=x&#62; &#124; &#91;a&#93;(b) &#42;c&#42; &#96;d&#96; &#95;&#95;proto')
    expect(line).toContain('&#92; http&#58;//e \uFFFD\uFFFD fff')
    expect(line?.length).toBeLessThan(500)
  })

  it('is fresh, with either kind of line end, or says what to do', () => {
    expect(problemsWith(page, catalogue(), ALL, 'do this')).toEqual([])
    expect(problemsWith(page.replaceAll('\n', '\r\n'), catalogue(), ALL, 'do this')).toEqual([])
    const stale = 'docs/conformance.md is out of date: do this'
    expect(problemsWith('', catalogue(), ALL, 'do this')).toEqual([stale])
    expect(problemsWith(page, catalogue(), [...ALL, proof(`${FIRST} more`)], 'do this')).toEqual([stale])
    expect(problemsWith(page, catalogue({ outcome: 'taken' }), ALL, 'do this')).toEqual([stale])
  })

  it('is not called stale for a test that failed', () => {
    const failed = ALL.map((test) => ({ ...test, passed: false }))
    expect(problemsWith(page, catalogue(), failed, 'do this')).toEqual(findProblems(catalogue(), failed))
  })
})

describe('The catalogue', () => {
  it('has lost no row', () => {
    expect(readCatalogue().map(({ group, rows }) => `${group} ${rows.length}`)).toEqual([
      'A 23',
      'B 27',
      'C 24',
      'D 36',
      'E 12',
      'F 12',
      'G 27',
      'H 34',
      'I 17',
      'J 17',
      'K 15',
      'L 9',
      'M 20',
    ])
  })

  it.each([
    ['is of another group', { id: SECOND }, /stands outside its group/],
    ['has no outcome', { outcome: undefined }, /"outcome" is missing/],
    ['has a member that nobody knows', { reasons: 'x' }, /"reasons" is not known/],
    ['would break the table', { outcome: 'a | b' }, /"outcome" must be a text/],
    ['is both unproven and proven in part', { reason: 'x', partly: 'y' }, /not both/],
  ])('refuses a row that %s', (_, change, message) => {
    expect(() => catalogue(change)).toThrow(message)
  })

  it('refuses a row twice', () => {
    const row = JSON.stringify({ id: FIRST, case: 'a', outcome: 'b' })
    expect(() => parseCatalogue(['{"group":"A","title":"x"}', row, row].join('\n'))).toThrow(/is there twice/)
  })
})
