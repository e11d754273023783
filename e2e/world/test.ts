import { test as base, expect, type Page } from '@playwright/test'
import { type Servers, startServers } from '../../demo/servers.ts'
import type { HarnessOptions } from '../harness/harness.ts'
import { freePort } from './free-port.ts'
import { EVEN_DICE, type HarnessPage, type Host, type Site, startSite } from './site.ts'

interface World extends Servers {
  readonly site: Site
}

export type Home = 'page' | 'worker' | 'shared-worker'

interface Choices {
  accessTokenSeconds: number
  home: Home
  harnessPage: HarnessPage
  /** Where the app is; the provider is at `localhost`. */
  siteHost: Host
  /** Renewals are spread by chance, as they are out there. */
  isSpread: boolean
  /** Turned off where a test provokes one. */
  policyHolds: boolean
}

interface Fixtures extends Choices {
  /** A provider, an API and an app of this test alone. */
  world: World
  options: HarnessOptions
  /** Opens the app with these options on top of the usual ones. */
  open: (changes?: Partial<HarnessOptions>, path?: string) => Promise<void>
}

export { expect }

export const test = base.extend<Fixtures>({
  accessTokenSeconds: [60, { option: true }],
  home: ['page', { option: true }],
  harnessPage: [async ({ home }, use) => use(home === 'page' ? 'plain' : home), { option: true }],
  siteHost: ['localhost', { option: true }],
  isSpread: [false, { option: true }],
  policyHolds: [true, { option: true }],

  world: async ({ accessTokenSeconds, harnessPage, siteHost, isSpread }, use) => {
    const addresses = { issuer: 'http://localhost', api: 'http://localhost' }
    const site = await startSite(harnessPage, () => addresses, siteHost)
    if (isSpread) site.beforeWorker = () => ''
    const ports = { app: Number(new URL(site.origin).port), api: await freePort(), provider: await freePort() }
    const servers = await startServers({ ports, accessTokenSeconds, appOrigins: [site.origin] })
    Object.assign(addresses, { issuer: servers.provider.url, api: servers.api.url })
    await use({ ...servers, site })
    await Promise.all([site.close(), servers.close()])
  },

  options: async ({ world }, use) => {
    const { api, provider } = world
    await use({
      issuer: provider.url,
      clientId: 'notes-spa',
      apis: [{ url: api.url, scope: 'notes:read notes:write', resource: api.url }],
      scope: 'openid profile email offline_access',
    })
  },

  // Whatever the test is about: the policy and Trusted Types are never violated (L01, L02), and no error goes unhandled.
  page: async ({ page, context, policyHolds, isSpread }, use) => {
    const problems: string[] = []
    context.on('console', (message) => {
      if (message.text().startsWith('policy violated')) problems.push(message.text())
    })
    context.on('weberror', (event) => problems.push(String(event.error())))
    if (!isSpread) await context.addInitScript(EVEN_DICE)
    await context.addInitScript(() => {
      addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sourceFile }) =>
        console.error('policy violated', effectiveDirective, blockedURI, sourceFile),
      )
    })
    await use(page)
    if (policyHolds) expect(problems).toEqual([])
  },

  open: async ({ page, context, options, world }, use) => {
    await use(async (changes, path = '/') => {
      await context.addInitScript(
        (all) => {
          window.harnessOptions = all
        },
        { ...options, ...changes },
      )
      await page.goto(world.site.origin + path)
      await expect(status(page)).not.toHaveText('loading')
    })
  },
})

/** What the app says about who is signed in. */
export const status = (page: Page) => page.getByRole('status')
