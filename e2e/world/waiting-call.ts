import type { Page } from '@playwright/test'

declare global {
  interface Window {
    waitingCall?: Promise<unknown>
  }
}

/** Begins a call and leaves it to the page. Answers how to hear what came of it, also of a page that was stopped meanwhile. */
export async function beginCall(page: Page, url: string): Promise<() => Promise<unknown>> {
  await page.evaluate((url) => {
    window.waitingCall = window.harness.auth.authFetch(url).then(
      ({ status }) => status,
      ({ code, name }) => code ?? name,
    )
  }, url)
  return () => page.evaluate(() => window.waitingCall)
}
