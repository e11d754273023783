type Handle = (request: Request) => Promise<Response>

const REDIRECT = [301, 302, 303, 307, 308]
const SAFELISTED = ['cache-control', 'content-language', 'content-length', 'content-type', 'expires', 'pragma']

/**
 * `fetch` as a page of `origin` has it, over a server: CORS, redirects, abort, and `TypeError` for whatever breaks
 * (WHATWG Fetch 4). Preflights are taken as passed.
 */
export function browserFetch(handle: Handle, origin: string): typeof fetch {
  const perform = async (request: Request): Promise<Response> => {
    const response = await handle(request.clone()).catch(() => {
      throw new TypeError('Failed to fetch')
    })
    const location = response.headers.get('location')
    if (REDIRECT.includes(response.status) && location) {
      if (request.redirect === 'manual') return opaque('opaqueredirect', request.url)
      if (request.redirect === 'error' || !isShared(response, request, origin)) throw new TypeError('Failed to fetch')
      return withFacts(await perform(await followed(request, response.status, location)), { redirected: true })
    }
    if (new URL(request.url).origin === origin) return withFacts(response, { url: request.url, type: 'basic' })
    if (request.mode === 'no-cors') return opaque('opaque', request.url)
    if (!isShared(response, request, origin)) throw new TypeError('Failed to fetch')
    return withFacts(readable(response, request.signal), { url: request.url, type: 'cors' })
  }

  return async (input, init) => {
    const request = new Request(input, init)
    const { signal } = request
    signal.throwIfAborted()
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      perform(request).then(resolve, reject)
    })
  }
}

const isShared = ({ headers }: Response, { url }: Request, origin: string): boolean =>
  new URL(url).origin === origin || ['*', origin].includes(headers.get('access-control-allow-origin') ?? '')

/** 301 to 303 turn a POST into a GET; on the way to another origin the browser drops Authorization. */
async function followed(request: Request, status: number, location: string): Promise<Request> {
  const url = new URL(location, request.url)
  const headers = new Headers(request.headers)
  if (url.origin !== new URL(request.url).origin) headers.delete('authorization')
  const keepsBody = status === 307 || status === 308 || request.method === 'GET' || request.method === 'HEAD'
  const method = keepsBody ? request.method : 'GET'
  const body = method === 'GET' || method === 'HEAD' ? null : await request.clone().arrayBuffer()
  return new Request(url, { method, headers, body, redirect: request.redirect, signal: request.signal })
}

/** Only what the server exposes can be seen by a page of another origin; an abort ends the body too. */
function readable({ headers, status, statusText, body }: Response, signal: AbortSignal): Response {
  const exposed = (headers.get('access-control-expose-headers') ?? '').toLowerCase().split(/\s*,\s*/)
  const seen = [...headers].filter(([name]) => SAFELISTED.includes(name) || exposed.includes(name))
  const abortable = body?.pipeThrough(new TransformStream(), { signal }) ?? null
  return new Response(abortable, { status, statusText, headers: seen })
}

const opaque = (type: ResponseType, url: string): Response =>
  withFacts(new Response(null), { type, url: type === 'opaque' ? '' : url, status: 0, ok: false })

/** A `Response` made by hand has no URL and type; one from the network has. */
function withFacts(response: Response, facts: Partial<Record<keyof Response, unknown>>): Response {
  for (const [name, value] of Object.entries(facts))
    Object.defineProperty(response, name, { value, configurable: true })
  const clone = () => withFacts(Response.prototype.clone.call(response), facts)
  return Object.defineProperty(response, 'clone', { value: clone, configurable: true, writable: true })
}
