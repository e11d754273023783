import { isOwnUrl } from '../own-url.ts'
import type { Shelf } from '../shelf.ts'
import type { Page } from './browser-page.ts'

const RESPONSE = ['code', 'state', 'iss', 'error', 'error_description', 'error_uri', 'session_state', 'response']
const SIXTY_FOUR_KIBIBYTES = 65_536

/**
 * Takes the authorization response off the URL, before anything else on the page reads it (RFC 9700 4.2.4, 4.3.1), and puts the
 * person back where they were going. Answers its query; or `undefined`, touching nothing, if this page is no callback
 * of ours. It is one when it is the redirect URI and a login of this tab waits for its `state`, so an app's own `?code=` is
 * left alone. What looks like ours while none waits is taken too, to be refused: a copied link, lost storage, an attack.
 */
export function takeCallback(page: Page, returns: Shelf, redirectUri: string): string | undefined {
  const url = new URL(page.url())
  const { searchParams } = url
  // No provider sends as much: it is taken off whole, and no login waits for an empty one.
  const search = url.search.length > SIXTY_FOUR_KIBIBYTES ? '' : url.search
  if (!isSamePage(url, new URL(redirectUri))) return undefined
  if (!['code', 'error', 'response'].some((name) => searchParams.has(name))) return undefined
  const state = searchParams.get('state') ?? ''
  const isForeign = returns.isEmpty() && !/^[\w-]{43}$/.test(state)
  const returnTo = returns.take(state)?.value
  if (returnTo === undefined && isForeign) return undefined
  if (!search) url.search = ''
  for (const name of RESPONSE) searchParams.delete(name)
  // Storage can be written by other scripts, so the place is judged again.
  page.show(isOwnUrl(returnTo, url.href) ? returnTo : url.href)
  return search
}

/** The same origin and path, and whatever the redirect URI has as a query of its own. */
const isSamePage = (url: URL, redirect: URL): boolean =>
  url.origin === redirect.origin &&
  url.pathname === redirect.pathname &&
  [...redirect.searchParams].every(([name, value]) => url.searchParams.getAll(name).includes(value))
