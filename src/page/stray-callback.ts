import { hasForm } from '../secret-text.ts'
import type { Page } from './browser-page.ts'
import { type Callback, strip } from './callback.ts'
import type { Memory } from './memory.ts'

const ANSWERS = ['code', 'error', 'response']

/**
 * What looks like ours on the redirect URI while no login waits for it is taken off the URL too, to be refused: a copied link, lost
 * storage, an attack. An app's own `?code=` is left alone. Who comes back from a logout signs in to nothing.
 */
export function takeStrayCallback(
  page: Page,
  { returns, farewells }: Memory,
  redirectUri: string,
): Callback | undefined {
  const url = new URL(page.url())
  const { searchParams } = url
  const state = searchParams.get('state') ?? ''
  const looksLikeOurs =
    isSamePage(url, new URL(redirectUri)) &&
    ANSWERS.some((name) => searchParams.has(name)) &&
    (hasForm(/^[\w-]{43}$/, state) || !returns.isEmpty())
  const farewell = farewells.take(state)
  // An answer in the fragment was not asked for, so it is refused; but it is ours.
  const misplaced = returns.take(new URLSearchParams(url.hash.slice(1)).get('state') ?? '')
  if (!farewell && !misplaced && !looksLikeOurs) return undefined
  if (misplaced) url.hash = ''
  const callback = strip(page, url, misplaced?.value)
  return farewell ? undefined : callback
}

/** The same origin and path, and whatever the redirect URI has as a query of its own. */
const isSamePage = (url: URL, redirect: URL): boolean =>
  url.origin === redirect.origin &&
  url.pathname === redirect.pathname &&
  [...redirect.searchParams].every(([name, value]) => url.searchParams.getAll(name).includes(value))
