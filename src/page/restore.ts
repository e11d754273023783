import type { AuthError } from '../contract/auth-error.ts'
import { isNo } from '../contract/failure.ts'
import type { Client, RestoreStep } from '../contract/vault.ts'
import type { Ground } from './ground.ts'
import type { Memory } from './memory.ts'
import { isSameSite } from './same-site.ts'
import { forget, wasSignedIn } from './traces.ts'

const TEN_SECONDS = 10_000
const IN_ORDER: readonly RestoreStep[] = ['frame', 'redirect']
const SILENT = { parameters: { prompt: 'none' } }

/**
 * Looks for the session that a reload has lost, step by step: asks the provider with `prompt=none` (OpenID Connect Core 3.1.2.1)
 * who is signed in, until that is `enough`. Rejects with a fault that may pass: nobody knows then.
 */
export async function restore(
  { issuer, restore: asked }: Client,
  ground: Ground,
  memory: Memory,
  enough: AbortSignal,
): Promise<void> {
  const { vault, page, show } = ground
  const steps = asked ?? (isSameSite(issuer, page.url()) ? IN_ORDER : IN_ORDER.slice(1))
  for (const step of steps) {
    if (vault.state.status === 'signed-in' || enough.aborted || !wasSignedIn(page, vault)) return
    show(step)
    await STEPS[step](ground, memory, enough).catch((error: AuthError) => {
      if (!isNo(error)) throw error
    })
  }
  // A refused redirect is told to the page that it comes back to.
  if (vault.state.status === 'signed-out' && !enough.aborted && !steps.includes('redirect')) forget(page, vault)
}

const STEPS: Record<RestoreStep, (ground: Ground, memory: Memory, enough: AbortSignal) => Promise<void>> = {
  async frame({ vault, page }, _, enough) {
    const { url } = await vault.beginLogin(SILENT)
    // Where a frame leads to nothing, the next step may not.
    const end = await page.frame(url, TEN_SECONDS, enough).catch(() => '')
    // Somebody may have signed out meanwhile, in this tab or another: that holds.
    if (end && wasSignedIn(page, vault)) await vault.redeemLogin(new URL(end).search)
  },

  async redirect({ vault, page, road }, { notes, returns }, enough) {
    if (road.isFramedByStranger() || notes.look('silent')) return
    const { url, state } = await vault.beginLogin(SILENT)
    // Once: whatever comes back, or nothing, the next page finds this note. Where none can be left, nobody is sent.
    if (enough.aborted || !notes.put('silent', state) || !returns.put(state, page.url())) return
    road.leaveUnseen(url)
    await new Promise<void>((resolve) => {
      const stay = new AbortController()
      const end = () => {
        clearTimeout(tooLate)
        stay.abort()
        resolve()
      }
      const tooLate = setTimeout(end, TEN_SECONDS)
      enough.addEventListener('abort', end, { signal: stay.signal })
      // Brought back by the back button.
      page.onWake((how) => how === 'revived' && end(), stay.signal)
    })
  },
}
