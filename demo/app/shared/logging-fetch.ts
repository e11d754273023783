import type { Wire } from './wire.ts'

/** `fetch`, watched. Of what is sent it notes names only; of what is answered, the status. */
export function loggingFetch(wire: Wire, send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const request = input instanceof Request ? input : undefined
    const url = new URL(request?.url ?? String(input), location.href)
    const headers = new Headers(init?.headers ?? request?.headers)
    const form = await formOf(input, init, headers)
    const grant = form?.get('grant_type')
    const note = form ? `form: ${[...form.keys()].join(', ')}` : schemeOf(headers)
    const finish = wire.begin({
      method: init?.method ?? request?.method ?? 'GET',
      target: url.host + url.pathname,
      ...(note && { note }),
      ...(grant && { grant }),
    })
    try {
      const response = await send(input, init)
      finish(response.status)
      return response
    } catch (error) {
      finish('none')
      throw error
    }
  }
}

async function formOf(input: RequestInfo | URL, init: RequestInit | undefined, headers: Headers) {
  if (init?.body instanceof URLSearchParams) return init.body
  if (!headers.get('Content-Type')?.startsWith('application/x-www-form-urlencoded')) return undefined
  if (typeof init?.body === 'string') return new URLSearchParams(init.body)
  return input instanceof Request ? new URLSearchParams(await input.clone().text()) : undefined
}

function schemeOf(headers: Headers): string | undefined {
  const [scheme] = headers.get('Authorization')?.split(' ') ?? []
  return scheme && `Authorization: ${scheme} •••`
}

/** The page's own arrival, where it carries anything: how a callback comes in. */
export function logArrival(wire: Wire): void {
  const query = new URLSearchParams(location.search)
  if (!query.has('state')) return
  wire.begin({
    method: 'GET',
    target: location.host + location.pathname,
    note: `query: ${[...query.keys()].join(', ')}`,
  })(200)
}
