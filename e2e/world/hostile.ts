import type { BrowserContext, Page } from '@playwright/test'
import { type Endpoint, unauthorized } from 'latchkey/testing'
import type { HarnessOptions } from '../harness/harness.ts'
import { call, type Outcome } from './call.ts'
import { expectNoneOf } from './find-secrets.ts'
import { roundTrip } from './round-trip.ts'
import { type Site, startSite } from './site.ts'
import { test as base, expect, status } from './test.ts'
import { type ServerOptions, startTestProvider, type TestProviderServer } from './test-provider-server.ts'

export { expect, status }

interface Hostile extends TestProviderServer {
  readonly site: Site
}

interface Fixtures {
  providerOptions: ServerOptions
  /** A provider that can be told to misbehave, its API, a stranger and the app, for this test alone. */
  hostile: Hostile
  /** Lets pages have these options on top of the usual ones. */
  configure: (changes?: Partial<HarnessOptions>) => Promise<void>
  /** Opens the app with them. */
  visit: (changes?: Partial<HarnessOptions>, path?: string) => Promise<void>
  /** Goes from the app to the provider, which sends back at once; answers what the app says then. */
  login: () => Promise<string>
}

export const test = base.extend<Fixtures>({
  providerOptions: [{}, { option: true }],

  hostile: async ({ context, harnessPage, siteHost, providerOptions }, use) => {
    const addresses = { issuer: 'http://localhost', api: 'http://localhost' }
    const site = await startSite(harnessPage, () => addresses, siteHost)
    const server: TestProviderServer = await startTestProvider(site.origin, providerOptions)
    Object.assign(addresses, { issuer: server.issuer, api: server.api })
    // Not the policy is to stop what goes to a stranger.
    site.connect = [server.stranger, server.endpoints]
    const said: string[] = []
    context.on('console', (message) => {
      // The browser's own words on the hidden frame, in which no script is to run, name the address that it ended on.
      if (!message.text().startsWith('Blocked script execution in')) said.push(message.text())
    })
    const hostile = Object.assign(server, { site })
    await use(hostile)
    await expectNoTrace(context, hostile, said)
    await Promise.all([site.close(), server.close()])
  },

  configure: async ({ context, hostile }, use) => {
    await use(async (changes) => {
      const options: HarnessOptions = {
        issuer: hostile.issuer,
        clientId: 'notes-spa',
        apis: [{ url: `${hostile.api}/`, scope: 'notes:read notes:write' }],
        // Callers hear of trouble at once; tests about waiting say otherwise.
        patience: 0,
        ...changes,
      }
      await context.addInitScript((all) => {
        window.harnessOptions = all
      }, options)
    })
  },

  visit: async ({ page, configure, hostile }, use) => {
    await use(async (changes, path = '/') => {
      await configure(changes)
      await page.goto(hostile.site.origin + path)
      await expect(status(page)).not.toHaveText('loading')
    })
  },

  login: async ({ page }, use) => {
    await use(async () => {
      await leave(page)
      return settledStatus(page)
    })
  },
})

/** What must hold after every test, whatever it was about (C30, I01, I03, I04). */
export async function expectNoTrace(
  context: BrowserContext,
  { provider, site, ...server }: Hostile,
  said: readonly string[],
) {
  const secrets = provider.secrets.filter((secret) => secret.length > 15)
  const tokens = secrets.filter((secret) => /^(code|refresh)-|^ey[\w-]*\./.test(secret))
  for (const each of context.pages()) {
    if (each.url().startsWith(site.origin)) await expectNoneOf(each, tokens)
    const devtools = await context.newCDPSession(each)
    const { entries } = await devtools.send('Page.getNavigationHistory')
    expect(found(tokens, entries.map(({ url }) => url).join()), 'in the history').toEqual([])
  }
  expect(found(secrets, said.join('\n')), 'in the console').toEqual([])
  const strange = server.arrivals.filter(({ origin }) => origin === server.stranger)
  const bodies = provider.requestsTo('elsewhere').map(({ form }) => `${form}`)
  expect(found(secrets, JSON.stringify([strange, bodies])), 'sent to a stranger').toEqual([])
}

const found = (secrets: readonly string[], text: string) =>
  secrets.filter((secret) => text.includes(secret) || text.includes(encodeURIComponent(secret)))

/** Presses the button and waits until the app is back from the provider, and at work. */
export const leave = (page: Page): Promise<void> => roundTrip(page, 'Sign in')

/** What the app says once `start()` has come to an end. */
export async function settledStatus(page: Page): Promise<string> {
  await expect(status(page)).not.toHaveText('loading')
  return String(await status(page).textContent())
}

/** Presses the button where no login can begin; answers what the app says then. The page must not have gone anywhere. */
export async function refusedLogin(page: Page): Promise<string> {
  const url = page.url()
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(status(page)).toHaveText(/^refused/)
  expect(page.url()).toBe(url)
  const said = String(await status(page).textContent())
  // The same words again would not tell the next refusal from this one.
  await status(page).evaluate((element) => element.replaceChildren())
  return said
}

/** What `state.reason` says, as an app can read it. */
export function reason(page: Page) {
  return page.evaluate(() => {
    const { state } = window.harness.auth
    const error = state.status === 'signed-out' ? state.reason : undefined
    return {
      code: error?.code,
      message: error?.message ?? '',
      provider: error?.provider && { ...error.provider },
      isAuthError: error instanceof window.harness.AuthError,
      text: `${error} ${error?.stack} ${JSON.stringify(error)} ${JSON.stringify(error?.cause)}`,
    }
  })
}

export const expiresAt = (page: Page) =>
  page.evaluate(() => {
    const { state } = window.harness.auth
    return state.status === 'signed-in' ? state.session.expiresAt : undefined
  })

/** From here on time passes as the test says, so that nothing comes of itself while a busy machine is at another step. */
export const stopTime = (page: Page) => page.clock.pauseAt(Date.now() + 5_000)

/** The clock goes on by the life of an access token; answers when a new one has come. */
export async function lifePasses(page: Page, seconds = 60): Promise<void> {
  const before = await expiresAt(page)
  await page.clock.fastForward(seconds * 1000)
  await expect.poll(() => expiresAt(page)).not.toBe(before)
}

/** A call that the API refuses once, so that the token is refreshed here and now. */
export function callThatRefreshes(page: Page, { provider, api }: TestProviderServer): Promise<Outcome> {
  provider.faults.api.once(() => unauthorized('Bearer error="invalid_token"'))
  return call(page, `${api}/notes`)
}

/** Every state that a subscriber was told of, as one word each. */
export const told = (page: Page) =>
  page.evaluate(() =>
    window.harness.told.map((state) =>
      state.status === 'signed-in' && state.renewal.status === 'degraded' ? 'degraded' : state.status,
    ),
  )

export const asked = ({ provider }: TestProviderServer, endpoint: Endpoint): number =>
  provider.requestsTo(endpoint).length

export const refreshes = ({ provider }: TestProviderServer) =>
  provider.requestsTo('token').filter(({ form }) => form.get('grant_type') === 'refresh_token')
