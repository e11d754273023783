import type { Page } from '@playwright/test'

/** What came of an `authFetch` in the page. */
export interface Outcome {
  readonly status?: number
  readonly text?: string
  readonly error?: string
}

export function call(page: Page, url: string, init: RequestInit = {}): Promise<Outcome> {
  return page.evaluate(
    async ([url, init]) => {
      try {
        const response = await window.harness.auth.authFetch(url, init)
        return { status: response.status, text: await response.text() }
      } catch (error) {
        const { name, code } = error as { name: string; code?: unknown }
        return { error: typeof code === 'string' ? code : name }
      }
    },
    [url, init] as const,
  )
}
