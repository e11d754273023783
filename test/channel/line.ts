import { AuthError } from 'latchkey'
import { onTestFinished, vi } from 'vitest'
import { connectVault } from '../../src/channel/connect-vault.ts'
import type { Candidate, VaultPage } from '../../src/channel/connection.ts'
import { type Pages, servePages } from '../../src/channel/serve-vault.ts'
import type { AuthState } from '../../src/contract/auth-state.ts'
import type { Client, Vault } from '../../src/contract/vault.ts'
import { observable } from '../../src/observable.ts'

const CLIENT: Client = {
  clientId: 'notes-spa',
  issuer: 'https://login.example.com',
  redirectUri: 'https://app.example.com/',
  restore: [],
  home: 'shared-worker',
}
export const MARK = 'what the tabs share'
export const SIGNED_OUT: AuthState = { status: 'signed-out' }
/** Whatever else a session has: it crosses as it is. */
export const signedInAs = (sub: string, more: object = {}): AuthState =>
  ({ status: 'signed-in', session: { user: { sub }, scope: ['openid'], ...more } }) as unknown as AuthState

const notCalled = () => Promise.reject(new AuthError('configuration', 'Not in this test.'))

/** A vault of which a test says what it does, and what its pages see. */
export function stage(
  doing: Partial<Vault> | ((pages: Pages) => Partial<Vault>) = {},
  belongsTo: 'one' | 'all' = 'all',
) {
  const state = observable<AuthState>(SIGNED_OUT)
  let lent: Pages | undefined
  const attend = servePages((pages) => {
    lent = pages
    const { write } = pages.shared(MARK)
    written.write = write
    return {
      client: CLIENT,
      get state() {
        return state.get()
      },
      subscribe: state.subscribe,
      connect: async () => CLIENT,
      beginLogin: notCalled,
      redeemLogin: notCalled,
      fetch: notCalled,
      userInfo: notCalled,
      accessToken: notCalled,
      logout: notCalled,
      wake() {},
      dispose() {},
      ...(typeof doing === 'function' ? doing(pages) : doing),
    }
  }, belongsTo)
  const written = { write: (_: string) => {} }

  /** The page's end of a new line to the vault. */
  const line = () => {
    const { port1, port2 } = new MessageChannel()
    onTestFinished(() => port1.close())
    attend(port2)
    return port1
  }
  return { state, line, written, pages: () => lent as Pages }
}

/** A page of one browser: what it stores, the others of the same `storage` see. */
export function openPage(storage = new Map<string, string>()) {
  // Of a window that nobody leaves.
  vi.stubGlobal('addEventListener', () => {})
  const frames: string[] = []
  const page = {
    frames,
    storage,
    frameEnds: async (url: string): Promise<string> => `${url}#end`,
    sharedStorage: () =>
      ({
        getItem: (name: string) => storage.get(name) ?? null,
        setItem: (name: string, text: string) => void storage.set(name, text),
      }) as unknown as Storage,
    onShared: () => {},
    frame(url: string) {
      frames.push(url)
      return page.frameEnds(url)
    },
  }
  return page
}

/** A page that is connected. */
export async function connected(candidate: Candidate, page: VaultPage = openPage()): Promise<Vault> {
  const vault = connectVault(candidate)(page)
  onTestFinished(() => vault.dispose())
  await vault.connect()
  return vault
}

/** Somebody who speaks the language without the library: what it is answered. */
export function stranger(port: MessagePort) {
  const heard: unknown[] = []
  port.onmessage = ({ data }) => heard.push(data)
  return {
    heard,
    /** Says this and waits for all that it sets off. */
    async says(...messages: unknown[]) {
      for (const message of messages) port.postMessage(message)
      await quiet()
    },
  }
}

/** Everything that was posted has arrived, and what it set off. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
