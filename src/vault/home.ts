import type { VaultHome } from '../contract/vault.ts'
import { createShelf, type SlowShelf } from '../shelf.ts'
import { trying } from '../trying.ts'

/** One text that all tabs of the browser can read and write; `''` where there is none, or storage is blocked. */
export interface SharedText {
  readonly read: () => string
  readonly write: (text: string) => void
  /** Another tab has written it. Until `gone`. */
  readonly onChange: (listener: () => void, gone: AbortSignal) => void
}

/** The few things that a vault needs from where it lives. */
export interface Home {
  readonly kind: VaultHome
  /** What is kept while a person is away at the provider, and the page with it. */
  readonly shelf: (prefix: string) => SlowShelf
  readonly shared: (name: string) => SharedText
  /** Not there before it is needed, where that is worth it. */
  readonly seldom: () => Promise<typeof import('./seldom.ts')>
  /** Opens the URL where nobody sees it; answers the URL on which it came back to this origin. */
  readonly frame: (url: string, timeout: number, gone: AbortSignal) => Promise<string>
}

/** What of a page makes it a home. */
export interface HomePage extends Pick<Home, 'frame'> {
  /** Storage of this tab alone. */
  readonly storage: () => Storage
  /** Storage of all tabs. */
  readonly sharedStorage: () => Storage
  readonly onShared: (name: string, listener: () => void, gone: AbortSignal) => void
}

/** A vault in this very page: its closures are all that holds the tokens. */
export const pageHome = ({ storage, sharedStorage, onShared, frame }: HomePage, seldom: Home['seldom']): Home => ({
  kind: 'page',
  frame,
  seldom,
  shelf: (prefix) => createShelf(storage, prefix),
  shared: (name) => ({
    read: () => trying(() => sharedStorage().getItem(name)) ?? '',
    // Blocked or full: each tab goes on by itself.
    write: (text) => trying(() => sharedStorage().setItem(name, text)),
    onChange: (listener, gone) => onShared(name, listener, gone),
  }),
})
