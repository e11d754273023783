import type { Page } from '@playwright/test'
import { fillIn, leaveForLogin } from './sign-in.ts'
import type { Site } from './site.ts'
import { expect } from './test.ts'

/** Signs in up to the callback, which is answered but not used. Answers its URL. */
export async function holdCallback(page: Page, site: Site, username = 'ada'): Promise<URL> {
  site.holdCallbacks = true
  await leaveForLogin(page)
  await fillIn(page, username)
  await expect(page).toHaveTitle('Held')
  site.holdCallbacks = false
  return new URL(page.url())
}

export function withParameter(url: URL, name: string, value: string | undefined): string {
  const changed = new URL(url)
  if (value === undefined) changed.searchParams.delete(name)
  else changed.searchParams.set(name, value)
  return changed.href
}
