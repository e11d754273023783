import type { Page } from '@playwright/test'
import { type OpenerPolicy, setOpenerPolicy } from './coop.ts'
import { test as base, expect } from './test.ts'

export { expect, status } from './test.ts'

interface Choices {
  providerPolicy: OpenerPolicy
  appPolicy: OpenerPolicy
}

interface Fixtures extends Choices {
  policies: undefined
  /** Presses a button that signs in by a window, which is answered once the provider asks for a password. */
  openWindow: () => Promise<Page>
}

declare global {
  interface Window {
    /** What became of each sign-in by a window. */
    signIns: string[]
  }
}

export const test = base.extend<Fixtures>({
  providerPolicy: ['unsafe-none', { option: true }],
  appPolicy: ['unsafe-none', { option: true }],

  policies: [
    async ({ world, providerPolicy, appPolicy }, use) => {
      const stop = [setOpenerPolicy(world.provider.url, providerPolicy), setOpenerPolicy(world.site.origin, appPolicy)]
      await use(undefined)
      for (const each of stop) each()
    },
    { auto: true },
  ],

  openWindow: async ({ page, context }, use) => {
    await use(async () => {
      await addButton(page)
      const opened = context.waitForEvent('page')
      await pressButton(page)
      const popup = await opened
      await expect(popup.getByLabel('Password')).toBeVisible()
      return popup
    })
  },
})

/** What an app would have in its page: a text that somebody types, and a button. */
export async function addButton(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.signIns ??= []
    if (document.querySelector('textarea')) return
    const button = document.createElement('button')
    button.textContent = 'Stay here'
    button.addEventListener('click', () => {
      const index = window.signIns.push('under way') - 1
      window.harness.auth.login({ mode: 'popup' }).then(
        () => {
          window.signIns[index] = 'done'
        },
        (error) => {
          window.signIns[index] = error instanceof window.harness.AuthError ? error.code : String(error)
        },
      )
    })
    document.body.append(document.createElement('textarea'), button)
  })
}

export const pressButton = (page: Page) => page.getByRole('button', { name: 'Stay here' }).click()

export const signIns = (page: Page) => page.evaluate(() => window.signIns)
