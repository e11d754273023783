import type { LoginOptions } from '../contract/auth.ts'
import { AuthError } from '../contract/auth-error.ts'
import { isOwnUrl } from '../own-url.ts'
import type { Ground } from './journey.ts'
import { createLoopGuard } from './loop-guard.ts'
import type { Memory } from './memory.ts'

/** Leaves for the provider's login page, from where the callback leads back to `returnTo`. */
export async function leaveForLogin(
  { returnTo, parameters, stepUp }: LoginOptions,
  { vault, page, isOnTheWayOut, gone }: Ground,
  { returns, notes }: Memory,
) {
  const isAskedFor = page.isActive()
  const loopGuard = createLoopGuard(notes)
  const here = page.url()
  if (!isOwnUrl(returnTo ?? here, here)) throw wrong('`returnTo` must be a URL of this origin.')
  if (page.isFramedByStranger()) throw wrong('No login in a frame of another site.')
  if (!isAskedFor) loopGuard.check()
  const login = await vault.beginLogin({ parameters, stepUp })
  if (gone.aborted) return
  returns.put(login.state, new URL(returnTo ?? here, here).href)
  if (isOnTheWayOut()) return
  if (!isAskedFor) loopGuard.count()
  page.leave(login.url)
}

const wrong = (what: string) => new AuthError('configuration', what)
