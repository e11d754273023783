import type { AuthState } from 'latchkey'
import type { Home } from './app-server.ts'
import type { Tab } from './engines/engine.ts'
import { until } from './until.ts'

type Renewal = Extract<AuthState, { status: 'signed-in' }>['renewal']['status']

/** What came of an `authFetch` in the page. */
export interface Outcome {
  readonly status?: number
  readonly text?: string
  readonly error?: string
}

/** What the app says about who is signed in. */
export const status = (tab: Tab): Promise<string | null> =>
  tab.run(() => document.querySelector('[role=status]')?.textContent ?? null)

export const saysTo = (tab: Tab, words: string, milliseconds?: number) =>
  until(
    `the app says "${words}"`,
    () => status(tab),
    (text) => text === words,
    milliseconds,
  )

export const stateOf = (tab: Tab): Promise<AuthState> => tab.run(() => window.harness.auth.state)

async function renewalOf(tab: Tab): Promise<Renewal | undefined> {
  const state = await stateOf(tab)
  return state.status === 'signed-in' ? state.renewal.status : undefined
}

export async function expiryOf(tab: Tab): Promise<number> {
  const state = await stateOf(tab)
  return (state.status === 'signed-in' && state.session.expiresAt) || Number.NaN
}

/** How it stands with the tokens. */
export const renewalIs = (tab: Tab, wanted: Renewal, milliseconds?: number) =>
  until(
    `the renewal is ${wanted}`,
    () => renewalOf(tab),
    (now) => now === wanted,
    milliseconds,
  )

/** The access token has been replaced since. */
export const renewedSince = (tab: Tab, expiry: number, milliseconds?: number) =>
  until(
    'there is a new token',
    () => expiryOf(tab),
    (now) => now > expiry,
    milliseconds,
  )

/** Every state that a listener was told of since the page was loaded, in a word. */
export const told = (tab: Tab): Promise<readonly string[]> =>
  tab.run(() =>
    window.harness.told.map((state) =>
      state.status === 'signed-in' && state.renewal.status === 'degraded' ? 'degraded' : state.status,
    ),
  )

export const call = (tab: Tab, url: string, init: RequestInit = {}): Promise<Outcome> =>
  tab.run(
    async (url, init) => {
      try {
        const response = await window.harness.auth.authFetch(url, init)
        return { status: response.status, text: await response.text() }
      } catch (error) {
        const { name, code } = error as { name: string; code?: unknown }
        return { error: typeof code === 'string' ? code : name }
      }
    },
    url,
    init,
  )

/** Waits in the page, where no driver is in the way, and calls while the token is still good. */
export const callOnceDegraded = (tab: Tab, url: string): Promise<number> =>
  tab.run(async (url) => {
    const { auth } = window.harness
    const isDegraded = () => auth.state.status === 'signed-in' && auth.state.renewal.status === 'degraded'
    while (!isDegraded()) await new Promise((resolve) => setTimeout(resolve, 20))
    return (await auth.authFetch(url)).status
  }, url)

/** Whether this engine can keep keys there; asked without the library. */
export const canKeepKeys = (tab: Tab, home: Home): Promise<boolean> =>
  tab.run(async (home) => {
    const { trustedTypes } = window as unknown as {
      trustedTypes: { createPolicy: (name: string, rules: object) => { createScriptURL: (url: string) => string } }
    }
    const url = trustedTypes
      .createPolicy('key probe', { createScriptURL: (url: string) => url })
      .createScriptURL('/key-probe.js')
    const said = new Promise<boolean>((resolve) => {
      const channel = new BroadcastChannel('key probe')
      channel.onmessage = ({ data }) => {
        channel.close()
        resolve(data)
      }
    })
    if (home === 'page') document.head.append(Object.assign(document.createElement('script'), { src: url }))
    else Object.assign(window, { probe: home === 'worker' ? new Worker(url) : new SharedWorker(url) })
    return said
  }, home)
