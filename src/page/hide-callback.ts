import { trying } from '../trying.ts'
import type { Page } from './browser-page.ts'

/** A page that was opened with one of these may be the end of a journey. */
const SIGNS = ['code', 'error', 'response', 'state']

/**
 * Takes the answer to a login of this tab off the URL in the step in which the page starts, where the rest of the journey is still to
 * be loaded: all it knows is where that login returns to. A browser shows no URL of another origin. Answers the URL as it was, if
 * there is more to be done.
 */
export function hideCallback(page: Page, name: string): string | undefined {
  const { href, search, hash } = new URL(page.url())
  const said = new URLSearchParams(`${search}&${hash.slice(1)}`)
  if (!SIGNS.some((sign) => said.has(sign))) return undefined
  // Storage may be blocked, or written by another script.
  trying(() => {
    const kept = page.storage().getItem(`latchkey return ${name} ${said.get('state')}`)
    if (kept) page.show(JSON.parse(kept).value)
  })
  return href
}
