import type { LoginOptions } from '../contract/auth.ts'
import { AuthError } from '../contract/auth-error.ts'
import type { Ground } from './ground.ts'
import type { Memory } from './memory.ts'
import { answerFrom, type Popup } from './popup.ts'
import { remember } from './traces.ts'

/** Signs in by a window that a click has opened; this page stays as it is. */
export async function signInBy(
  window: Window | null,
  { parameters, stepUp }: LoginOptions,
  { vault, page, road, gone }: Ground,
  { popups }: Memory,
) {
  if (!window) throw new AuthError('popup_blocked', 'No window was opened: call login() in a click, or without `mode`.')
  const redeem = async (query: string) => {
    await vault.redeemLogin(query)
    remember(page, vault)
  }
  // What is loaded in there must not lead this page away (RFC 9700 4.17).
  window.opener = null
  try {
    // Its storage is not that of the window, so no answer would arrive.
    if (road.isFramedByStranger()) throw new AuthError('configuration', 'No login in a frame of another site.')
    const login = await vault.beginLogin({ parameters, stepUp })
    popups.put(login.state, 0)
    // Nobody is told of what comes too late and fails.
    const late = (query: string) => void redeem(query).catch(() => {})
    await redeem(await answerFrom(popupOf(window), login, gone, late))
  } finally {
    window.close()
  }
}

const popupOf = (window: Window): Popup => ({
  go: (url) => window.location.replace(url),
  isClosed: () => window.closed,
  isElsewhere() {
    try {
      return !window.location.href
    } catch {
      return true
    }
  },
  close: () => window.close(),
})
