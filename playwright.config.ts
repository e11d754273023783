import { defineConfig } from '@playwright/test'
import { findBrowser } from './scripts/find-browser.mjs'

const executablePath = findBrowser()
const isRoot = process.getuid?.() === 0

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/global-setup.ts',
  outputDir: 'test-results',
  reporter: 'list',
  forbidOnly: true,
  fullyParallel: true,
  // What needs it is listed, and scripts/test-reports.mjs takes few.
  retries: 1,
  workers: 2,
  // Generous: nothing here is about speed.
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    ...(executablePath && {
      launchOptions: {
        executablePath,
        args: [
          ...(isRoot ? ['--no-sandbox'] : []),
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
          '--disable-quic',
          '--no-first-run',
        ],
      },
    }),
  },
})
