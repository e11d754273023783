import type { CDPSession } from '@playwright/test'
import { freePort } from './free-port.ts'
import { test as base } from './homes.ts'

interface Fixtures {
  /** The browser stops the page, as it does with one in the background: no task of it runs. */
  freeze: () => Promise<void>
  /** And lets it go on, in front of the person. */
  thaw: () => Promise<void>
}

/** Pages that can be frozen. */
export const test = base.extend<Fixtures & { devtools: CDPSession }>({
  // Playwright emulates the focus of its pages; such a page is never hidden, and a visible one is never frozen.
  context: async ({ playwright, launchOptions }, use) => {
    const port = await freePort()
    const args = [...(launchOptions.args ?? []), `--remote-debugging-port=${port}`]
    const launched = await playwright.chromium.launch({ ...launchOptions, args })
    const browser = await playwright.chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true })
    const [context] = browser.contexts()
    if (!context) throw new Error('This browser has no context of its own.')
    await use(context)
    await launched.close()
  },

  devtools: async ({ page, context }, use) => use(await context.newCDPSession(page)),

  freeze: async ({ devtools }, use) =>
    use(async () => {
      await devtools.send('Page.setWebLifecycleState', { state: 'frozen' })
    }),

  thaw: async ({ devtools, page }, use) =>
    use(async () => {
      await devtools.send('Page.setWebLifecycleState', { state: 'active' })
      await page.bringToFront()
    }),
})
