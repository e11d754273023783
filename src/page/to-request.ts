import { AuthError } from '../contract/auth-error.ts'

/** The caller's own request, as `fetch` would read it; a copy, so that nothing put on it is seen by the caller. */
export function toRequest(baseUrl: string, input: RequestInfo | URL, init?: RequestInit): Request {
  const url = urlOf(input instanceof Request ? input.url : input, baseUrl)
  if (!url || url.username || url.password)
    throw new AuthError('api_not_allowed', 'This URL is not in the configured `apis`: add it there, or use fetch().')
  try {
    return new Request(input instanceof Request ? input : url, init)
  } catch {
    throw new AuthError('configuration', 'fetch() would refuse this method, header or body.')
  }
}

function urlOf(input: string | URL, baseUrl: string): URL | undefined {
  try {
    return new URL(input, baseUrl)
  } catch {
    return undefined
  }
}
