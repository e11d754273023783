import type { Page } from '@playwright/test'

/** What the page has waited for since it was loaded, in order. */
export const steps = (page: Page): Promise<readonly string[]> => page.evaluate(() => window.harness.waited)

/** What this browser keeps of the app: the names and values in both storages. */
export const storedIn = (page: Page) =>
  page.evaluate(() => ({ local: { ...localStorage }, session: { ...sessionStorage } }) as Stored)

interface Stored {
  readonly local: Readonly<Record<string, string>>
  readonly session: Readonly<Record<string, string>>
}

/** The note that somebody was signed in here, which says nothing but that. */
export async function markerIn(page: Page): Promise<readonly string[]> {
  const { local } = await storedIn(page)
  return Object.entries(local).flatMap(([name, value]) => (name.startsWith('latchkey here ') ? [value] : []))
}

/** Every address that the tab itself goes to from now on. */
export function watchJourney(page: Page): readonly string[] {
  const addresses: string[] = []
  page.on('request', (request) => {
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) addresses.push(request.url())
  })
  return addresses
}

/** What was in the vault's memory is gone: a worker has died, and the page is loaded anew. */
export async function lose(page: Page): Promise<void> {
  await page.evaluate(() => new BroadcastChannel('harness worker').postMessage('close'))
  await page.reload()
}
