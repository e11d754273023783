import type { Page } from '@playwright/test'
import type { HarnessOptions } from '../harness/harness.ts'
import { type EchoApi, startEchoApi } from './echo-api.ts'
import { test as base, expect, status } from './hostile.ts'
import type { Home } from './test.ts'

export { expect, status }

const HOMES: readonly Home[] = ['page', 'worker', 'shared-worker']

/** The same suite for the vault in the page, in a worker and in a shared worker. */
export function inEveryHome(suite: (home: Home) => void): void {
  for (const home of HOMES) {
    test.describe(home, () => {
      test.use({ home })
      suite(home)
    })
  }
}

interface Fixtures {
  api: EchoApi
  /** Opens the app and signs in. Its calls may go to `api`. */
  enter: (changes?: Partial<HarnessOptions>) => Promise<void>
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures off the pattern.
  api: async ({}, use) => {
    const api = await startEchoApi()
    await use(api)
    await api.close()
  },
  enter: async ({ api, hostile, login, visit }, use) => {
    await use(async (changes) => {
      hostile.site.connect = [...hostile.site.connect, api.origin]
      await visit({ apis: [{ url: `${hostile.api}/`, scope: 'notes:read' }, { url: `${api.origin}/` }], ...changes })
      expect(await login()).toBe('signed in as ada')
    })
  },
})

/** Reads the answer of one call in the page, as text; or the code or the name of the error. */
export function text(page: Page, url: string, init: RequestInit = {}): Promise<string> {
  return page.evaluate(
    async ([url, init]) => {
      try {
        return await (await window.harness.auth.authFetch(url, init)).text()
      } catch (error) {
        const { code, name } = error as { code?: unknown; name: string }
        return typeof code === 'string' ? code : name
      }
    },
    [url, init] as const,
  )
}
