import { isOwnUrl } from '../own-url.ts'
import type { Page } from './browser-page.ts'

const RESPONSE = ['code', 'error', 'response', 'state', 'iss', 'error_description', 'error_uri', 'session_state']
const NEVER_ASKED_FOR = ['access_token', 'id_token', 'token_type']
const SIXTY_FOUR_KIBIBYTES = 65_536

/** What came back from the provider. */
export interface Callback {
  readonly query: string
  readonly state: string
  /** A login of this tab waits for it. */
  readonly isOurs: boolean
}

/** Under which name the place is kept to which a login returns. Being there is what binds a callback to this tab. */
export const returnKey = (name: string, state: string): string => `latchkey return ${name} ${state}`

/**
 * Takes the authorization response off the URL, before anything else on the page reads it (RFC 9700 4.2.4, 4.3.1), and puts the
 * person back where they were going. Answers `undefined` where no login of this tab waits for its `state`.
 */
export function takeCallback(page: Page, name: string): Callback | undefined {
  const url = new URL(page.url())
  const state = url.searchParams.get('state') ?? ''
  try {
    const key = returnKey(name, state)
    const kept = JSON.parse(page.storage().getItem(key) ?? '0')
    if (!kept) return undefined
    page.storage().removeItem(key)
    return strip(page, url, kept.value)
  } catch {
    // Blocked, or written by another script.
    return undefined
  }
}

/** Shows the page without the response: at `returnTo`, which is judged again, since storage can be written by other scripts. */
export function strip(page: Page, url: URL, returnTo?: unknown): Callback {
  const { searchParams } = url
  const state = searchParams.get('state') ?? ''
  // No provider sends as much: it is taken off whole, and no login waits for an empty one.
  const query = url.search.length > SIXTY_FOUR_KIBIBYTES ? '' : url.search
  if (!query) url.search = ''
  for (const name of [...RESPONSE, ...NEVER_ASKED_FOR]) searchParams.delete(name)
  page.show(isOwnUrl(returnTo, url.href) ? new URL(returnTo, url).href : url.href)
  return { query, state, isOurs: returnTo !== undefined }
}
