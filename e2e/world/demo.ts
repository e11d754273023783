import { join } from 'node:path'
import { test as base, expect, type Page } from '@playwright/test'
import { preview } from 'vite'
import { PASSWORD } from '../../demo/provider/people.ts'
import { type Servers, startServers } from '../../demo/servers.ts'
import { freePort } from './free-port.ts'
import { pagesFolder } from './pages-folder.ts'

interface Demo extends Servers {
  readonly url: string
}

const configFile = join(import.meta.dirname, '../../demo/app/vite.config.ts')

/** The demo as it ships, on ports of its own. No page of it may violate its policy or throw. */
export const test = base.extend<{ demo: Demo }>({
  demo: async ({ page }, use) => {
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(String(error)))
    await page.addInitScript(() =>
      addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
        console.error('policy violated', effectiveDirective, blockedURI),
      ),
    )
    page.on('console', (message) => {
      if (message.text().startsWith('policy violated')) problems.push(message.text())
    })
    const ports = { app: await freePort(), api: await freePort(), provider: await freePort() }
    // No renewal but those that a test asks for, however long a busy machine takes.
    const servers = await startServers({ ports, accessTokenSeconds: 3_600 })
    const { api, provider } = servers
    Object.assign(process.env, { DEMO_APP_PORT: `${ports.app}`, DEMO_API: api.url, DEMO_ISSUER: provider.url })
    const pages = await preview({ configFile, logLevel: 'warn', build: { outDir: pagesFolder.demo() } })
    await use({ ...servers, url: `http://localhost:${ports.app}/` })
    await Promise.all([pages.close(), servers.close()])
    expect(problems).toEqual([])
  },
})

export { expect }

export const heading = (page: Page) => page.getByRole('heading', { name: 'Your notes' })

export async function signInToDemo(page: Page, demo: Demo, username = 'ada', path = ''): Promise<void> {
  await page.goto(demo.url + path)
  await goAndSignIn(page, username)
  await expect(heading(page)).toBeVisible()
}

/** From the app to the provider and back, whatever comes of it. */
export async function goAndSignIn(page: Page, username = 'ada'): Promise<void> {
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByLabel('User name').fill(username)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
}
