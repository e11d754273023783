import type { BrowserContext, Page } from '@playwright/test'
import { formOf } from './requests.ts'

export interface Tokens {
  readonly access_token: string
  readonly refresh_token?: string
  readonly id_token: string
}

export interface TokenTraffic {
  /** The forms that were sent, oldest first. */
  readonly asked: readonly URLSearchParams[]
  /** The tokens that came back. */
  readonly given: readonly Tokens[]
}

/** Looks into every token response on its way to the app, which still gets the very same. */
export async function watchTokens(pages: Page | BrowserContext): Promise<TokenTraffic> {
  const traffic = { asked: [] as URLSearchParams[], given: [] as Tokens[] }
  await pages.route(/\/token$/, async (route) => {
    traffic.asked.push(formOf(route.request()))
    const response = await route.fetch()
    if (response.ok()) traffic.given.push(await response.json())
    await route.fulfill({ response })
  })
  return traffic
}
