import { AuthError } from '../contract/auth-error.ts'

/** A dot segment that hides behind an encoding or a path parameter: some servers decode before they route, some twice. */
const HIDDEN_DOT_SEGMENT = /(^|[\\/]|%2f|%5c)(\.|%2e){1,2}([\\/;]|%2f|%5c|%3b|$)|%25(2e|2f|5c)/i

/** Whether the URL lies within the API: the same origin, and the API's whole path segments at its beginning. */
export function isWithin(api: URL, text: string): boolean {
  const url = new URL(text)
  if (url.protocol !== api.protocol || url.host !== api.host) return false
  const base = api.pathname.replace(/\/$/, '')
  if (base === '') return true
  return (url.pathname === base || url.pathname.startsWith(`${base}/`)) && !HIDDEN_DOT_SEGMENT.test(url.pathname)
}

/** Refuses, before a byte leaves, what must not carry the token. */
export function checkApiRequest(apis: readonly URL[], request: Request) {
  if (!apis.some((api) => isWithin(api, request.url)))
    throw new AuthError('api_not_allowed', 'This URL is not in the configured `apis`: add it there, or use fetch().')
  if (request.mode === 'no-cors')
    throw new AuthError('configuration', 'A request in mode "no-cors" cannot carry a token.')
  if (request.headers.has('authorization'))
    throw new AuthError('configuration', 'authFetch sets Authorization itself: leave it out.')
}
