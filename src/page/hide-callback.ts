import type { Page } from './browser-page.ts'

/**
 * Takes the answer to a login of this tab off the URL in the step in which the page starts, where the rest of the journey is still to
 * be loaded: all it knows is where that login returns to. Answers the URL as it was. A browser shows no URL of another origin.
 */
export function hideCallback(page: Page, name: string): string {
  const url = page.url()
  try {
    const state = new URL(url).searchParams.get('state')
    const kept = page.storage().getItem(`latchkey return ${name} ${state}`)
    if (kept) page.show(JSON.parse(kept).value)
  } catch {
    // Storage is blocked, or was written by another script.
  }
  return url
}
