import { AuthError } from '../contract/auth-error.ts'

const DOT_SEGMENT = /(^|[\\/])\.\.?([\\/;]|$)/
const ESCAPED = /%([0-9a-f]{2})/gi
const THRICE = 3

/** Whether the URL lies within the API: the same origin, and the API's whole path segments at its beginning. */
export function isWithin(api: URL, text: string): boolean {
  const url = new URL(text)
  if (url.protocol !== api.protocol || url.host !== api.host) return false
  const base = api.pathname.replace(/\/$/, '')
  if (base === '') return true
  return (url.pathname === base || url.pathname.startsWith(`${base}/`)) && !hidesDotSegment(url.pathname)
}

/** Some servers decode a path before they route it, some more than once; what is encoded more often than that is up to no good. */
function hidesDotSegment(path: string): boolean {
  let decoded = path
  for (let pass = 0; pass < THRICE; pass += 1)
    decoded = decoded.replace(ESCAPED, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
  return DOT_SEGMENT.test(decoded) || decoded.search(ESCAPED) >= 0
}

export function checkApiUrl(apis: readonly URL[], url: string) {
  if (!URL.canParse(url) || !apis.some((api) => isWithin(api, url)))
    throw new AuthError('api_not_allowed', 'This URL is not in the configured `apis`: add it there, or use fetch().')
}

/** Refuses, before a byte leaves, what must not carry the token. */
export function checkApiRequest(apis: readonly URL[], request: Request) {
  checkApiUrl(apis, request.url)
  if (request.mode === 'no-cors')
    throw new AuthError('configuration', 'A request in mode "no-cors" cannot carry a token.')
  if (request.headers.has('authorization'))
    throw new AuthError('configuration', 'authFetch sets Authorization itself: leave it out.')
}
