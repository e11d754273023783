import { chromium as driver, type Page } from '@playwright/test'
import { findBrowser } from '../../find-browser.mjs'
import { type Browser, buttonNamed, type Engine, fieldLabelled, type Tab } from './engine.ts'

/** The one that `npm test` uses. Here it shows whether what fails elsewhere is the engine's or the script's. */
export const chromium: Engine = {
  name: 'Chromium',
  hint: 'npm test installs one, or name one in CHROME_PATH',
  find: findBrowser,
  start: startChromium,
}

async function startChromium(executablePath: string): Promise<Browser> {
  const browser = await driver.launch({
    executablePath,
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
  const context = await browser.newContext()
  return {
    version: browser.version(),
    open: async () => tabOf(await context.newPage()),
    setOffline: (isOffline) => context.setOffline(isOffline),
    close: () => browser.close(),
  }
}

function tabOf(page: Page): Tab {
  return {
    goto: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    // A page that is revived does not load.
    back: async () => void (await page.goBack({ waitUntil: 'commit' })),
    run: (act, ...parameters) =>
      page.evaluate(`(${act})(...${JSON.stringify(parameters)})`) as ReturnType<Tab['run']> as never,
    press: (name) => page.locator(`xpath=${buttonNamed(name)}`).click(),
    fill: (label, text) => page.locator(`xpath=${fieldLabelled(label)}`).fill(text),
    async opened(act) {
      const [popup] = await Promise.all([page.waitForEvent('popup'), act()])
      return tabOf(popup)
    },
    isClosed: async () => page.isClosed(),
    async hide() {
      const front = await page.context().newPage()
      await front.bringToFront()
      return () => front.close()
    },
    close: () => page.close(),
  }
}
