// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { countEndToEnd, countUnit } from './test-reports.mjs'

const FAILED_TEST = { status: 'failed', assertionResults: [{ status: 'failed' }] }
const BROKEN_FILE = { status: 'failed', assertionResults: [] }

describe('the count of unit tests', () => {
  it('takes the numbers of a run that passed', () => {
    const report = { numPassedTests: 4, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1, testResults: [] }
    expect(countUnit(0, report)).toEqual({ passed: 4, failed: 0, skipped: 2 })
  })

  it('counts a file that never reached its first test', () => {
    const report = { numPassedTests: 4, numFailedTests: 1, testResults: [FAILED_TEST, BROKEN_FILE] }
    expect(countUnit(1, report)).toEqual({ passed: 4, failed: 2, skipped: 0 })
  })

  it('fails a run that failed without saying where', () => {
    expect(countUnit(1, { numPassedTests: 4, testResults: [] })).toEqual({ passed: 4, failed: 1, skipped: 0 })
  })

  it('fails a run of no tests', () => {
    expect(countUnit(0, { numPassedTests: 0, testResults: [] })).toEqual({ passed: 0, failed: 1, skipped: 0 })
  })

  it('fails a runner that was killed before it could report', () => {
    expect(countUnit(null, undefined)).toEqual({ passed: 0, failed: 1, skipped: 0 })
  })
})

describe('the count of end-to-end tests', () => {
  it('takes the numbers of a run that passed', () => {
    const report = { stats: { expected: 9, unexpected: 0, flaky: 0, skipped: 1 } }
    expect(countEndToEnd(0, report)).toEqual({ passed: 9, failed: 0, skipped: 1 })
  })

  it('takes one test in a hundred that passed when repeated', () => {
    const report = { stats: { expected: 198, unexpected: 0, flaky: 2, skipped: 0 } }
    expect(countEndToEnd(0, report)).toEqual({ passed: 200, failed: 0, skipped: 0 })
  })

  it('fails more than that', () => {
    const report = { stats: { expected: 197, unexpected: 0, flaky: 3, skipped: 0 } }
    expect(countEndToEnd(0, report)).toEqual({ passed: 197, failed: 3, skipped: 0 })
  })

  it('counts what failed together with what was repeated', () => {
    const report = { stats: { expected: 9, unexpected: 1, flaky: 1, skipped: 0 } }
    expect(countEndToEnd(1, report)).toEqual({ passed: 9, failed: 2, skipped: 0 })
  })

  it('fails a run of skipped tests alone', () => {
    const report = { stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 3 } }
    expect(countEndToEnd(0, report)).toEqual({ passed: 0, failed: 1, skipped: 3 })
  })

  it('fails a runner that gave up before its first test', () => {
    const report = { stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0 }, errors: [{ message: 'no config' }] }
    expect(countEndToEnd(1, report)).toEqual({ passed: 0, failed: 1, skipped: 0 })
  })
})
