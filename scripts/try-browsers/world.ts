import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Server } from 'node:http'
import { type Servers, startServers } from '../../demo/servers.ts'
import type { HarnessOptions } from '../../e2e/harness/harness.ts'
import { type EchoApi, startEchoApi } from '../../e2e/world/echo-api.ts'
import { freePort } from '../../e2e/world/free-port.ts'
import type { Host } from '../../e2e/world/site.ts'
import { type Home, serveApp } from './app-server.ts'
import type { Browser, Tab } from './engines/engine.ts'
import { status } from './page.ts'
import { until } from './until.ts'

export interface Wish {
  /** Default 60. */
  readonly accessTokenSeconds?: number
  /** Where the app is; the provider is at `localhost`. */
  readonly host?: Host
  readonly options?: Partial<HarnessOptions>
}

/** A provider, an API and an app of one scenario alone, on ports of their own: no other has anything of theirs in its storage. */
export interface World extends Omit<Servers, 'close'> {
  readonly browser: Browser
  readonly home: Home
  readonly origin: string
  /** An API that answers what it was sent, and believes every token. */
  readonly echo: EchoApi
  /** A new tab with the app in it, which knows who is signed in. */
  readonly openApp: (path?: string) => Promise<Tab>
  /** Nobody is there where the provider was, until it is started again. */
  readonly providerSwitch: { readonly stop: () => Promise<void>; readonly start: () => Promise<void> }
}

/** Lives while `use` does. What went wrong in a page and nobody was told fails it. */
export async function inWorld(
  browser: Browser,
  home: Home,
  wish: Wish,
  use: (world: World) => Promise<string | undefined>,
) {
  const { accessTokenSeconds = 60, host = 'localhost' } = wish
  let options: HarnessOptions = { issuer: 'http://localhost', clientId: 'notes-spa' }
  const app = await serveApp({ home, host, options: () => options })
  const ports = { app: Number(new URL(app.origin).port), api: await freePort(), provider: await freePort() }
  const servers = await startServers({ ports, accessTokenSeconds, appOrigins: [app.origin] })
  const echo = await startEchoApi()
  const { provider, api } = servers
  const providerSwitch = switchFor(provider.url)
  options = {
    ...options,
    issuer: provider.url,
    apis: [{ url: api.url, scope: 'notes:read notes:write', resource: api.url }, { url: `${echo.origin}/` }],
    scope: 'openid profile email offline_access',
    ...wish.options,
  }
  const tabs: Tab[] = []
  try {
    const note = await use({
      ...servers,
      browser,
      home,
      origin: app.origin,
      echo,
      async openApp(path = '/') {
        const tab = await browser.open()
        tabs.push(tab)
        await tab.goto(app.origin + path)
        await until(
          'the app knows who is signed in',
          () => status(tab),
          (text) => text !== 'loading' && text !== null,
        )
        return tab
      },
      providerSwitch,
    })
    for (const tab of tabs) if (!(await tab.isClosed())) await expectNoProblems(tab)
    return note
  } finally {
    providerSwitch.forget()
    for (const tab of tabs) await tab.close().catch(() => {})
    await Promise.all([app.close(), echo.close(), servers.close()])
  }
}

async function expectNoProblems(tab: Tab): Promise<void> {
  const problems = await tab.run(() => sessionStorage.getItem('problems'))
  if (problems) throw new Error(`In the page: ${problems}`)
}

const EVERY_REQUEST = 'http.server.request.start'

/** The server of this origin, which runs in this process: stopped, so that nobody is there, and started again with all that it knows. */
function switchFor(origin: string) {
  const { hostname, port } = new URL(origin)
  let server: Server | undefined
  const listener = (message: unknown) => {
    const found = (message as { server: Server }).server
    const address = found.address()
    if (typeof address === 'object' && address?.port === Number(port)) server = found
  }
  subscribe(EVERY_REQUEST, listener)
  return {
    async stop() {
      const stopped = new Promise((resolve) => server?.close(resolve))
      server?.closeAllConnections()
      await stopped
    },
    async start() {
      await new Promise<void>((resolve) => server?.listen(Number(port), hostname, resolve))
    },
    forget: () => void unsubscribe(EVERY_REQUEST, listener),
  }
}
