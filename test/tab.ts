import { Window } from 'happy-dom'
import type { Auth, AuthOptions, PageOptions, VaultHome } from 'latchkey'
import type { TestProvider } from 'latchkey/testing'
import { vi } from 'vitest'
// What the library loads when it needs it is there at once, as no clock waits for it.
import '../src/page/hidden-frame.ts'
import '../src/page/journey.ts'
import '../src/page/popup-login.ts'
import '../src/page/restore.ts'
import '../src/page/waiting-calls.ts'
import { counted } from './clock.ts'
import { fakeFrames } from './fake-frames.ts'
import { fakeKeyRange } from './homes/fake-indexed-db.ts'
import { authIn, type Browser, openBrowser } from './homes/home.ts'
import { watched } from './witness.ts'

export const HOME = 'https://app.example.com/'

/** A browser tab: pages come and go in it, its session storage stays. */
export interface Tab {
  readonly url: () => string
  /** What it shares with the other tabs. */
  readonly browser: Browser
  readonly window: () => Window
  readonly sessionStorage: Storage
  readonly localStorage: Storage
  /** Where pages of this tab were told to go, in order. */
  readonly departures: readonly string[]
  /** Errors that would have been in the console. */
  readonly reported: readonly unknown[]
  /** Loads a page; the one before is gone with its timers. */
  readonly load: (url: string) => void
  /** Goes where the page was last told to go, and on to where the provider sends it. */
  readonly follow: (provider: TestProvider) => Promise<void>
  readonly createAuth: (options: AuthOptions & PageOptions) => Auth
  /** Brings this tab to the front: `window` and its kin are now those of its page. */
  readonly focus: () => void
  /**
   * Answers where a hidden frame ends that was pointed to a URL; `undefined` if it never loads. Until it is set, a frame sees
   * no cookies, so the provider knows nobody in it.
   */
  frame: (url: string) => Promise<string | undefined>
  readonly close: () => void
}

/** A copy of `from` is what `window.open` and "duplicate tab" give the new tab; `beside` another, it is of the same browser. */
export function openTab(url = HOME, from?: Tab, beside = from, home?: VaultHome): Tab {
  const browser = beside?.browser ?? openBrowser(home)
  const { sessionStorage } = new Window({ url: HOME })
  const localStorage = beside?.localStorage ?? (new Window({ url: HOME }).localStorage as unknown as Storage)
  for (const [key, value] of Object.entries(from?.sessionStorage ?? {})) sessionStorage.setItem(key, String(value))
  const departures: string[] = []
  const reported: unknown[] = []
  let auths: Auth[] = []
  let window: Window

  const tab: Tab = {
    url: () => window.location.href,
    browser,
    window: () => window,
    sessionStorage: sessionStorage as unknown as Storage,
    localStorage,
    departures,
    reported,
    load(next) {
      tab.close()
      window = new Window({ url: next, settings: { navigation: { disableMainFrameNavigation: true } } })
      window.location.assign = (to) => void departures.push(String(to))
      window.location.replace = (to) => void departures.push(String(to))
      onlyOwnUrls(window)
      fakeFrames(
        window,
        counted((to) => tab.frame(to)),
      )
      tab.focus()
    },
    async follow(provider) {
      tab.load(await provider.visit(departures.at(-1) ?? ''))
    },
    createAuth(options) {
      const auth = watched(authIn(browser, options))
      auths.push(auth)
      return auth
    },
    focus() {
      const globals = {
        window,
        document: window.document,
        location: window.location,
        history: window.history,
        navigator: window.navigator,
        sessionStorage,
        localStorage,
        indexedDB: browser.indexedDB,
        IDBKeyRange: fakeKeyRange,
        addEventListener: window.addEventListener.bind(window),
        removeEventListener: window.removeEventListener.bind(window),
        Request: requestsFrom(window),
        reportError: (error: unknown) => void reported.push(error),
      }
      for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value)
    },
    frame: (to) => Promise.resolve(nobodyThere(to)),
    close() {
      // What a browser says to a page that it does not keep.
      window?.dispatchEvent(Object.assign(new window.Event('pagehide'), { persisted: false }))
      for (const auth of auths) auth.dispose()
      auths = []
    },
  }
  tab.load(url)
  return tab
}

const NativeRequest = globalThis.Request

/** In a page, a relative URL is relative to the document. */
function requestsFrom({ document }: Window): typeof Request {
  return class extends NativeRequest {
    constructor(input: RequestInfo | URL, init?: RequestInit) {
      super(input instanceof NativeRequest ? input : new URL(input, document.baseURI), init)
    }
  }
}

function nobodyThere(asked: string): string {
  const { searchParams } = new URL(asked)
  const answer = { error: 'login_required', state: searchParams.get('state') ?? '', iss: new URL(asked).origin }
  return `${searchParams.get('redirect_uri')}?${new URLSearchParams(answer)}`
}

/** A page can rewrite its URL only within itself (HTML, "can have its URL rewritten"); happy-dom takes anything. */
function onlyOwnUrls({ history, location }: Window): void {
  const replaceState = history.replaceState.bind(history)
  history.replaceState = (state, title, to) => {
    const url = new URL(String(to), location.href)
    if (url.origin !== location.origin || url.protocol !== location.protocol || url.username || url.password)
      throw new DOMException('The URL cannot be shown here', 'SecurityError')
    replaceState(state, title, to)
  }
}
