import type { LoginOptions } from '../contract/auth.ts'
import { AuthError } from '../contract/auth-error.ts'
import type { LoadingStep } from '../contract/auth-state.ts'
import type { Client, Farewell, Vault } from '../contract/vault.ts'
import type { Page } from './browser-page.ts'
import { type Callback, takeCallback } from './callback.ts'
import { isRefusal } from './is-refusal.ts'
import { loaded } from './loaded.ts'
import { leaveForLogin } from './login.ts'
import { createMemory } from './memory.ts'
import type { Traces } from './traces.ts'

/** What the ways to the provider and back have to know of the page they begin and end on. */
export interface Ground {
  readonly vault: Vault
  readonly page: Page
  /** Under which this client keeps what outlives the page. */
  readonly name: string
  readonly traces: Traces
  readonly gone: AbortSignal
  readonly show: (step: LoadingStep) => void
  /** An app that answers a sign-out with a login must not overtake the way to the provider's logout. */
  readonly isOnTheWayOut: () => boolean
}

/** The ways to the provider and back. A page on which somebody is signed in, and stays so, needs none of it. */
export interface Journey {
  /**
   * Ends the journey that this page is the end of, if it is. Takes what came back off the URL, which is given as it was, unless that
   * is done. Rejects with why nobody is signed in.
   */
  readonly arrive: (client: Client, from: string | Callback | undefined) => Promise<void>
  readonly leave: (options: LoginOptions) => Promise<void>
  /** Signs in by a window that has been opened. */
  readonly leaveBy: (window: Window | null, options: LoginOptions) => Promise<void>
  readonly leaveForGood: (farewell: Farewell) => void
}

export function createJourney(ground: Ground): Journey {
  const { vault, page, name, traces, show } = ground
  const memory = createMemory(page, name)
  const { returns, farewells, popups } = memory

  /** Whether this is a popup, and the window that opened it has taken the callback. */
  const isHandedBack = async ({ state, query }: Callback) => {
    if (!popups.take(state)) return false
    show('popup')
    const { handBack } = await loaded(import('./popup.ts'))
    return handBack(state, query)
  }

  return {
    async arrive({ redirectUri, restore }, from) {
      const callback = typeof from === 'string' ? takeCallback(page, from, memory, redirectUri) : from
      returns.sweep()
      if (!callback || (await isHandedBack(callback))) {
        if (vault.state.status === 'signed-in' || !traces.wasSignedIn()) return
        const ladder = await loaded(import('./restore.ts'))
        return ladder.restore(restore, ground, memory)
      }
      show('callback')
      if (!callback.isOurs)
        throw new AuthError('callback_invalid', 'No login of this tab waits for this callback. Call login().')
      const isSilent = memory.notes.look('silent')?.value === callback.state
      await vault.redeemLogin(callback.query).catch((error: AuthError) => {
        if (!isSilent || !isRefusal(error)) throw error
        // Nobody had asked for it, and what it says is no news to anybody.
        traces.forget()
      })
    },
    leave: (options) => leaveForLogin(options, ground, memory),
    async leaveBy(window, options) {
      const { signInBy } = await loaded(import('./popup-login.ts'))
      return signInBy(window, options, ground, memory)
    },
    leaveForGood({ state, url }) {
      farewells.put(state, 0)
      page.leave(url)
    },
  }
}
