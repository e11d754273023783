/**
 * Answers a preflight as one that lets every page of the web ask (WHATWG Fetch 4.8): no fault is spent on it, and it is not
 * counted. `undefined` if it is none. `*` would leave Authorization out, so what is asked for is repeated.
 */
export function preflightAnswer({ method, headers }: Request): Response | undefined {
  const asked = headers.get('access-control-request-method')
  if (method !== 'OPTIONS' || !asked) return undefined
  return new Response(null, {
    status: 204,
    headers: {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': asked,
      'access-control-allow-headers': headers.get('access-control-request-headers') ?? '',
      'access-control-max-age': '600',
      vary: 'access-control-request-method, access-control-request-headers',
    },
  })
}
