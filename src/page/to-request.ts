import { AuthError } from '../contract/auth-error.ts'

/** The caller's own request, as `fetch` would read it; a copy, so that nothing put on it is seen by the caller. */
export function toRequest(baseUrl: string, input: RequestInfo | URL, init?: RequestInit): Request {
  try {
    return new Request(input instanceof Request ? input : new URL(input, baseUrl), init)
  } catch {
    throw new AuthError('configuration', 'fetch() refuses this request.')
  }
}
