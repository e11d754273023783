// @vitest-environment node
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BARE, BUNDLE, STORIES, TESTING_LIBRARY, VITEST_CONFIG } from './app-files.ts'
import { createScratchApp, type ScratchApp } from './scratch-app.ts'

const TWO_MINUTES = 120_000
const page = readFileSync(join(import.meta.dirname, '../../../docs/testing.md'), 'utf8')
/** Each block of the page that begins with the name of a file. */
const EXAMPLES = Object.fromEntries(
  [...page.matchAll(/^```\w+\n\/\/ (\S+)\n([\s\S]*?)^```$/gm)].map(([, name = '', text = '']) => [name, text]),
)

let app: ScratchApp

beforeAll(() => {
  app = createScratchApp()
}, TWO_MINUTES)
afterAll(() => app.remove())

describe('Installed in an app', () => {
  it(
    'the examples of docs/testing.md for Vitest hold',
    () => {
      app.write('vitest/config.ts', VITEST_CONFIG)
      app.write('vitest/testing-library.tsx', TESTING_LIBRARY)
      app.write('vitest/stories.test.tsx', STORIES)
      for (const name of ['notes.test.tsx', 'reconnecting.test.tsx', 'flow.test.ts', 'notes.stories.tsx'])
        app.write(`vitest/${name}`, EXAMPLES[name] ?? '')
      const vitest = join(app.folder, 'node_modules/vitest/vitest.mjs')
      const { stdout } = app.node(vitest, 'run', '--config', 'vitest/config.ts', '--reporter=json')
      const { testResults, ...counts } = JSON.parse(stdout)
      expect(counts, JSON.stringify(testResults, null, 2)).toMatchObject({ numPassedTests: 14, numFailedTests: 0 })
      expect(testResults).toHaveLength(4)
    },
    TWO_MINUTES,
  )

  it('the example for servers holds with the test runner of Node, and the run ends', () => {
    app.write('server.test.mjs', EXAMPLES['server.test.mjs'] ?? '')
    const { stdout, status } = app.node('--test', '--test-reporter=tap', 'server.test.mjs')
    expect(stdout).toContain('ok 1 - a provider on this machine')
    expect(status, stdout).toBe(0)
  })

  it('all three tools work in bare Node, without a test runner', () => {
    app.write('bare.mjs', BARE)
    const { stdout, stderr, status } = app.node('bare.mjs')
    expect(stderr).toBe('')
    expect(stdout).toBe('ada ada signed-out token_invalid\n')
    expect(status).toBe(0)
  })

  it('the settings for Jest are ones that load', () => {
    app.write('jest.config.cjs', EXAMPLES['jest.config.cjs'] ?? '')
    const script = "console.log(require('./jest.config.cjs').testEnvironment)"
    expect(app.node('--eval', script).stdout).toBe('./jest-environment.cjs\n')
    app.write('check.cjs', EXAMPLES['jest-environment.cjs'] ?? '')
    expect(app.node('--check', 'check.cjs').status).toBe(0)
  })

  it(
    'ships nothing of itself in an app that does not import it',
    () => {
      app.write('bundle.mjs', BUNDLE)
      const { stdout, stderr } = app.node('bundle.mjs')
      const modules: Record<string, string[]> = JSON.parse(stdout || JSON.stringify({ stderr }))
      const kit = (file: string) => /[\\/]testing[\\/.]|[\\/]jose[\\/]/.test(file)
      for (const name of ['latchkey', 'latchkey/react', 'latchkey/vue']) {
        expect(
          modules[name]?.some((file) => file.includes('latchkey')),
          name,
        ).toBe(true)
        expect(modules[name]?.filter(kit), name).toEqual([])
      }
      expect(modules.createTestAuth?.filter((file) => /[\\/]jose[\\/]/.test(file))).toEqual([])
      expect(modules.createTestProvider?.some((file) => /[\\/]jose[\\/]/.test(file))).toBe(true)
    },
    TWO_MINUTES,
  )
})
