import type { Auth, LoginOptions, PageOptions, TokenAuth } from '../../contract/auth.ts'
import type { AuthOptions } from '../../contract/options.ts'
import { takeCallback } from '../../page/callback.ts'
import { createPageAuth } from '../../page/create-auth.ts'
import { createJourney } from '../../page/journey.ts'
import { createMemory } from '../../page/memory.ts'
import { checkOptions } from '../../vault/check-options.ts'
import { createVault } from '../../vault/create-vault.ts'
import { pageHome } from '../../vault/home.ts'
import type { TestProvider } from '../provider/create-test-provider.ts'
import { createMemoryPage } from './memory-page.ts'

type Options = Partial<AuthOptions & PageOptions>

/** One tab of a browser whose pages run the real library, and can leave for the provider and come back. */
export interface TestBrowser {
  /** Where the tab is. */
  readonly url: () => string
  /** Where pages of this tab were told to go, in order. */
  readonly departures: readonly string[]
  /** `createAuth` of the page that is loaded now. Issuer, client, API and `fetch` are the provider's, unless given. */
  readonly createAuth: {
    (options: Options & { readonly exposeAccessToken: true }): TokenAuth
    (options?: Options): Auth
  }
  /** Loads a page, by default the same again: what the one before had in memory is gone. */
  readonly load: (url?: string) => void
  /** Goes where the page was last told to go, and on to where the provider sends people; answers the URL of the page that loads. */
  readonly follow: () => Promise<string>
  /** A whole login: to the provider, back, and through `start()`. Rejects with the reason if it does not succeed. */
  readonly signIn: (options?: Options, login?: LoginOptions) => Promise<Auth>
  /** The device wakes up, comes online, or the tab is shown again. */
  readonly wake: () => void
  /** Closes the tab: nothing is renewed any more, so that a test run can end. */
  readonly close: () => void
}

/** The tab opens on `url`, by default the provider's first redirect URI. */
export function createTestBrowser(provider: TestProvider, url = provider.settings.redirectUris[0]): TestBrowser {
  const { issuer, clientId, api } = provider.settings
  const home = url ?? 'https://app.example.com/'
  const page = createMemoryPage(provider, home)
  const fetch = provider.fetchFrom(new URL(home).origin)
  let auths: Auth[] = []

  const createAuth = ({ waitForLogin = false, ...options }: Options = {}) => {
    const settings = checkOptions({ issuer, clientId, apis: [{ url: api }], fetch, ...options }, page.url())
    const auth = createPageAuth({
      vault: createVault(
        settings,
        pageHome(page, () => import('../../vault/seldom.ts')),
      ),
      page,
      name: `${settings.clientId} ${settings.issuer}`,
      waitForLogin,
      exposeAccessToken: settings.exposeAccessToken,
      takeCallback: (_, name) => takeCallback(page, page.url(), createMemory(page, name), settings.redirectUri),
      createJourney: async (ground) => createJourney({ ...ground, road: page }),
    })
    auths.push(auth)
    return auth
  }
  const close = () => {
    for (const auth of auths) auth.dispose()
    auths = []
  }
  const load = (next = page.url()) => {
    close()
    page.load(next)
  }
  const follow = async () => {
    const target = page.departures.at(-1)
    if (target === undefined) throw new TypeError('No page of this tab was told to leave: call login() or logout().')
    load(await provider.visit(target))
    return page.url()
  }
  return {
    url: page.url,
    departures: page.departures,
    createAuth: createAuth as TestBrowser['createAuth'],
    load,
    follow,
    async signIn(options, login) {
      await createAuth(options).login(login)
      await follow()
      const auth = createAuth(options)
      const state = await auth.start()
      if (state.status === 'signed-out') throw state.reason ?? new TypeError('Nobody signed in.')
      return auth
    },
    wake: page.wake,
    close,
  }
}
