import type { LoadingStep } from '../contract/auth-state.ts'
import type { Occurrence } from './auth-event.ts'
import type { Note } from './note.ts'
import { ended, faultOf, loginFinished, type Seen, since } from './occurrences.ts'

/** What the page is about by itself: no state says that. */
export interface Doings {
  /** Since when somebody signs in in a window. */
  popup?: number | undefined
  isSigningOut: boolean
}

/** Answers what is to be called with each state that comes: it tells what the change from the one before means. */
export function readStates(before: Seen, note: Note, doings: Doings, tell: (occurrence: Occurrence) => void) {
  /** `start` is done, which has waited for this step last. */
  const started = (step: LoadingStep, { session, reason }: Seen) => {
    const began = step === 'callback' ? note.began : undefined
    // Without a note a URL may only have looked like the end of a login.
    const from = began === 0 ? 'redirect' : step === 'frame' ? step : 'vault'
    if (session) tell(began ? loginFinished('redirect', began) : { type: 'session_restored', from })
    if (reason && (began ?? (/^(callback|popup)$/.test(step) && reason.code !== 'vault_unavailable')))
      tell({ type: 'login_failed', mode: 'redirect', ...faultOf(reason) })
    // A vault that knows of a session that is over says no more than that there is none.
    else if (reason && reason.code !== 'login_required') tell({ type: 'restore_failed', from, ...faultOf(reason) })
    // A login of this tab that is still under way goes on waiting for its own callback.
    if (step === 'callback' && reason?.code !== 'callback_invalid') note.clear()
  }

  const changed = (last: Seen, now: Seen) => {
    if (last.session) tell(ended(last, now, doings.isSigningOut))
    if (!now.session) return
    const { popup } = doings
    doings.popup = undefined
    tell(popup ? loginFinished('popup', popup) : { type: 'session_restored', from: 'vault' })
  }

  return (now: Seen) => {
    const last = before
    before = now
    // In this very step: the page is about to leave.
    if (now.waitingFor === 'redirect') note.leave(0)
    if (now.waitingFor) return
    const isSame = last.session?.user.sub === now.session?.user.sub
    if (last.waitingFor) started(last.waitingFor, now)
    else if (!isSame) changed(last, now)
    const { renewal } = now
    const old = isSame ? last.renewal : undefined
    if (renewal?.status === 'degraded' && old?.status !== 'degraded') tell({ type: 'degraded', code: renewal.code })
    if (renewal?.status !== 'fresh') return
    if (old?.status === 'degraded') tell({ type: 'recovered', milliseconds: since(old.since) })
    if (old?.status === 'refreshing') tell({ type: 'refreshed' })
  }
}
