import type { LoginOptions } from '../contract/auth.ts'
import { AuthError } from '../contract/auth-error.ts'
import { isOwnUrl } from '../own-url.ts'
import type { Ground } from './ground.ts'
import { checkDepartures, countDeparture } from './loop-guard.ts'
import type { Memory } from './memory.ts'

/** Leaves for the provider's login page, from where the callback leads back to `returnTo`. */
export async function leaveForLogin(
  { returnTo, parameters, stepUp }: LoginOptions,
  isAskedFor: boolean,
  { vault, page, road, gone }: Ground,
  { returns, notes }: Memory,
  isOnTheWayOut: () => unknown,
) {
  const here = page.url()
  if (!isOwnUrl(returnTo ?? here, here)) throw wrong('`returnTo` must be a URL of this origin.')
  if (road.isFramedByStranger()) throw wrong('No login in a frame of another site.')
  if (!isAskedFor) checkDepartures(notes)
  const login = await vault.beginLogin({ parameters, stepUp })
  if (gone.aborted) return
  if (!returns.put(login.state, new URL(returnTo ?? here, here).href))
    throw wrong('No login without storage: it is blocked or full.')
  // An app that answers a sign-out with a login must not overtake the way to the provider's logout.
  if (isOnTheWayOut()) return
  if (!isAskedFor) countDeparture(notes)
  road.leave(login.url)
}

const wrong = (what: string) => new AuthError('configuration', what)
