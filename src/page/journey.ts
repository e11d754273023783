import type { LoginOptions, LogoutResult } from '../contract/auth.ts'
import { AuthError } from '../contract/auth-error.ts'
import { isNo, isRefusal } from '../contract/failure.ts'
import type { Client, Farewell } from '../contract/vault.ts'
import { ownProperties } from '../own-properties.ts'
import { type Callback, takeCallback } from './callback.ts'
import type { Ground } from './ground.ts'
import { loaded } from './loaded.ts'
import { leaveForLogin } from './login.ts'
import { createMemory } from './memory.ts'
import { forget, remember, wasSignedIn } from './traces.ts'
import type { WaitingCalls } from './waiting-calls.ts'

// Long enough to be on the way; a person who stopped it can sign in again after that.
const TEN_SECONDS = 10_000

/** The ways to the provider and back. A page on which somebody is signed in, and stays so, needs none of it. */
export interface Journey extends Pick<WaitingCalls, 'wait'> {
  /**
   * Ends the journey that this page is the end of, if it is. Takes what came back off the URL, which is given as it was, unless that
   * is done. Rejects with why nobody is signed in.
   */
  readonly arrive: (client: Client, from: string | Callback | undefined) => Promise<void>
  /**
   * In the window that was opened, `null` if the browser did not; without one, this page leaves. First the page has `started`, which
   * looks for no session any longer.
   */
  readonly login: (
    options: LoginOptions,
    isAskedFor: boolean,
    popup: Window | null | undefined,
    started: Promise<unknown>,
  ) => Promise<void>
  /** Follows a logout to the provider. */
  readonly leaveForGood: (farewell: Promise<Farewell | undefined>) => Promise<LogoutResult>
}

export function createJourney(ground: Ground): Journey {
  const { vault, page, road, name, gone, show, state, subscribe, waitForLogin } = ground
  const memory = createMemory(page, name)
  const { farewells, popups, notes } = memory

  /** Whether this is a popup, and the window that opened it has taken the callback. */
  const isHandedBack = async ({ state, query }: Callback) => {
    if (!popups.take(state)) return false
    show('popup')
    const { handBack } = await loaded(import('./popup.ts'))
    return handBack(state, query)
  }

  const waiting = waitForLogin
    ? loaded(import('./waiting-calls.ts')).then((module) => module.createWaitingCalls(state, subscribe, gone))
    : undefined
  // Whoever calls is told.
  waiting?.catch(() => {})
  let search = new AbortController()
  gone.addEventListener('abort', () => search.abort())
  let signingOut: Promise<LogoutResult> | undefined
  let leftForGoodAt = 0
  page.onWake((how) => {
    if (how === 'revived') signingOut = undefined
  }, gone)
  const onTheWayOut = () => (performance.now() - leftForGoodAt < TEN_SECONDS ? signingOut : undefined)
  const follow = async (awaited: Promise<Farewell | undefined>): Promise<LogoutResult> => {
    leftForGoodAt = performance.now()
    waiting?.then(
      ({ giveUp }) => giveUp(),
      () => {},
    )
    const farewell = await awaited
    if (!farewell) {
      signingOut = undefined
      return 'local'
    }
    farewells.put(farewell.state, 0)
    road.leave(farewell.url)
    return 'provider'
  }

  return {
    wait: async (ask, signal) => (waiting ? (await waiting).wait(ask, signal) : ask()),

    async arrive(client, from) {
      const callback = typeof from === 'string' ? takeCallback(page, from, memory, client.redirectUri) : from
      if (!callback || (await isHandedBack(callback))) {
        if (vault.state.status === 'signed-in' || !wasSignedIn(page, vault)) return
        const ladder = await loaded(import('./restore.ts'))
        return ladder.restore(client, ground, memory, search.signal)
      }
      if (!callback.isOurs)
        throw new AuthError('callback_invalid', 'No login of this tab waits for this callback. Call login().')
      const isSilent = notes.look('silent')?.value === callback.state
      // Somebody has signed out in another tab since: that holds.
      if (isSilent && !wasSignedIn(page, vault)) return
      await vault.redeemLogin(callback.query).catch((error: AuthError) => {
        // Nobody knows yet, so the next page may ask again.
        if (isSilent && !isRefusal(error)) notes.take('silent')
        if (!isSilent || !isNo(error)) throw error
        // Nobody had asked for it, and what it says is no news to anybody.
        forget(page, vault)
      })
      if (vault.state.status !== 'signed-in') return
      remember(page, vault)
      // What pages of this tab have tried unasked is over with that.
      for (const note of ['silent', 'departures']) notes.take(note)
    },
    async login(asked, isAskedFor, popup, started) {
      search.abort()
      // A callback is finished first: its code must not become a place to return to.
      await started
      search = new AbortController()
      const options = ownProperties(asked)
      if (popup === undefined) return leaveForLogin(options, isAskedFor, ground, memory, onTheWayOut)
      const { signInBy } = await loaded(import('./popup-login.ts'))
      return signInBy(popup, options, ground, memory)
    },

    leaveForGood(farewell) {
      signingOut = onTheWayOut() ?? follow(farewell)
      return signingOut
    },
  }
}
