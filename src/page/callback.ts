import { isOwnUrl } from '../own-url.ts'
import { hasForm } from '../secret-text.ts'
import type { Page } from './browser-page.ts'
import type { Memory } from './memory.ts'

const ANSWERS = ['code', 'error', 'response']
const RESPONSE = [...ANSWERS, 'state', 'iss', 'error_description', 'error_uri', 'session_state']
const NEVER_ASKED_FOR = ['access_token', 'id_token', 'token_type']
const SIXTY_FOUR_KIBIBYTES = 65_536

/** What came back from the provider, taken off the URL. */
export interface Callback {
  readonly query: string
  readonly state: string
  /** A login of this tab waits for it. */
  readonly isOurs: boolean
}

/**
 * Takes the authorization response off the URL, before anything else on the page reads it (RFC 9700 4.2.4, 4.3.1), and puts the
 * person back where they were going. Answers `undefined` if this page is no callback of ours. It is one when a
 * login of this tab waits for its `state`, also where the web server has sent the person on to another path. What looks like ours on the
 * redirect URI while none waits is taken too, to be refused: a copied link, lost storage, an attack. An app's own `?code=` is left alone.
 * Who comes back from a logout signs in to nothing.
 */
export function takeCallback(
  page: Page,
  href: string,
  { returns, farewells }: Memory,
  redirectUri: string,
): Callback | undefined {
  const url = new URL(href)
  const { searchParams } = url
  // No provider sends as much: it is taken off whole, and no login waits for an empty one.
  const query = url.search.length > SIXTY_FOUR_KIBIBYTES ? '' : url.search
  const state = searchParams.get('state') ?? ''
  const looksLikeOurs =
    isSamePage(url, new URL(redirectUri)) &&
    ANSWERS.some((name) => searchParams.has(name)) &&
    (hasForm(/^[\w-]{43}$/, state) || !returns.isEmpty())
  const farewell = farewells.take(state)
  // An answer in the fragment was not asked for, so it is refused; but it is ours, and the login goes on waiting for the right one.
  const misplaced = returns.look(new URLSearchParams(url.hash.slice(1)).get('state') ?? '')
  const kept = returns.take(state) ?? misplaced
  returns.sweep()
  if (!farewell && !kept && !looksLikeOurs) return undefined
  if (!query) url.search = ''
  if (misplaced) url.hash = ''
  for (const name of [...RESPONSE, ...NEVER_ASKED_FOR]) searchParams.delete(name)
  // Storage can be written by other scripts, so the place is judged again.
  page.show(isOwnUrl(kept?.value, url.href) ? new URL(kept.value, url).href : url.href)
  return farewell ? undefined : { query, state, isOurs: !!kept }
}

/** The same origin and path, and whatever the redirect URI has as a query of its own. */
const isSamePage = (url: URL, redirect: URL): boolean =>
  url.origin === redirect.origin &&
  url.pathname === redirect.pathname &&
  [...redirect.searchParams].every(([name, value]) => url.searchParams.getAll(name).includes(value))
