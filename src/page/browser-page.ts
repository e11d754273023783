import { trying } from '../trying.ts'
import { loaded } from './loaded.ts'

/** All of `window` that is touched by a page that stays. */
export interface Page {
  /** `false` while rendering on a server, where nobody is signed in and no other member can be used. */
  readonly exists: () => boolean
  readonly url: () => string
  /** What relative URLs are relative to. */
  readonly baseUrl: () => string
  /** Changes the address without loading anything: the one before is gone from the history. */
  readonly show: (url: string) => void
  /** Storage of this tab alone. */
  readonly storage: () => Storage
  /** Storage of all tabs. */
  readonly sharedStorage: () => Storage
  /** Another tab has written to the shared storage under this name. Until `gone`. */
  readonly onShared: (name: string, listener: () => void, gone: AbortSignal) => void
  /** Resolves when a person sees the page, which a prerendered one may never be, or `gone`. `undefined`: it is visible already. */
  readonly shown: (gone: AbortSignal) => Promise<unknown> | undefined
  /** Whether a person has clicked or typed on this page in the last seconds; `true` where the browser cannot tell. */
  readonly isActive: () => boolean
  /** Opens the URL in a hidden frame. Answers the URL of this origin that it ends on; rejects with `login_required`. */
  readonly frame: (url: string, timeout: number, gone: AbortSignal) => Promise<string>
  /** Opens an empty window; `null` where the browser does not, as without a click. */
  readonly popup: () => Window | null
  /** The page was woken up: shown again, online again, or `revived`, brought back by the back button. Until `gone`. */
  readonly onWake: (listener: (how: 'woken' | 'revived') => void, gone: AbortSignal) => void
}

export function browserPage(): Page {
  return {
    exists: () => typeof document !== 'undefined',
    url: () => location.href,
    baseUrl: () => document.baseURI,
    // Safari refuses the hundredth time within ten seconds. What stays in the address is spent all the same.
    show: (url) => trying(() => history.replaceState(history.state, '', url)),
    storage: () => sessionStorage,
    sharedStorage: () => localStorage,
    onShared: (name, listener, signal) =>
      addEventListener('storage', ({ key }) => key === name && listener(), { signal }),
    shown: (gone) =>
      (document as { prerendering?: boolean }).prerendering
        ? new Promise((resolve) => {
            document.addEventListener('prerenderingchange', resolve, { signal: gone })
            gone.addEventListener('abort', resolve)
          })
        : undefined,
    // Not `hasBeenActive`: Chromium hands that on to a page that is reached by redirects alone.
    isActive: () => navigator.userActivation?.isActive ?? true,
    frame: async (...target) => (await loaded(import('./hidden-frame.ts'))).openHiddenFrame(...target),
    popup: () => open('', '_blank', 'popup,width=480,height=640'),
    onWake(listener, signal) {
      const woken = (event: Event) =>
        document.visibilityState === 'visible' &&
        listener((event as PageTransitionEvent).persisted ? 'revived' : 'woken')
      for (const sign of ['online', 'pageshow', 'visibilitychange']) addEventListener(sign, woken, { signal })
    },
  }
}
