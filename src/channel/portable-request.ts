import type { PostedRequest } from './messages.ts'

const TEXTS = ['method', 'mode', 'credentials', 'cache', 'redirect', 'referrer', 'referrerPolicy', 'integrity'] as const

/** The request that was posted. Throws a `TypeError` where `fetch` would. */
export function unpackRequest({ members, headers, body }: PostedRequest, signal: AbortSignal): Request {
  const { url, keepalive } = members
  const init: RequestInit & { duplex?: 'half' } = { headers: headers as [string, string][], signal }
  for (const name of TEXTS) {
    const value = members[name]
    // The page's own address stays with the page.
    if (typeof value === 'string' && value !== 'about:client') Object.assign(init, { [name]: value })
  }
  if (keepalive === true) init.keepalive = true
  if (body && !('size' in body)) init.duplex = 'half'
  // No body at all, or an empty one: nobody can tell them apart.
  if (body && !('size' in body && body.size === 0)) init.body = body
  return new Request(typeof url === 'string' ? url : '', init)
}
