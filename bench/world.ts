import type { Browser, Page } from '@playwright/test'
import type { HarnessOptions } from '../e2e/harness/harness.ts'
import { type EchoApi, startEchoApi } from '../e2e/world/echo-api.ts'
import { startSite } from '../e2e/world/site.ts'
import { startTestProvider } from '../e2e/world/test-provider-server.ts'

export const HOMES = ['page', 'worker', 'shared-worker'] as const

export interface World {
  /** Somebody is signed in on it. */
  readonly page: Page
  readonly api: EchoApi
  readonly close: () => Promise<void>
}

/** An app with its vault in that home, a provider, an API, and somebody who has signed in. */
export async function enter(browser: Browser, home: (typeof HOMES)[number]): Promise<World> {
  const addresses = { issuer: 'http://localhost', api: 'http://localhost' }
  const site = await startSite(home === 'page' ? 'plain' : home, () => addresses)
  const provider = await startTestProvider(site.origin, { lifetime: 3_600 })
  const api = await startEchoApi()
  Object.assign(addresses, { issuer: provider.issuer, api: api.origin })
  const options: HarnessOptions = {
    issuer: provider.issuer,
    clientId: 'notes-spa',
    apis: [{ url: `${api.origin}/` }],
  }
  const context = await browser.newContext()
  await context.addInitScript((all) => {
    window.harnessOptions = all
  }, options)
  const page = await context.newPage()
  await page.goto(site.origin)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('signed in as ada').waitFor()
  const close = async () => {
    await context.close()
    await Promise.all([site.close(), provider.close(), api.close()])
  }
  return { page, api, close }
}
