import type { Vault } from '../../contract/vault.ts'
import { checkApiRequest } from '../../vault/api-urls.ts'
import { createAuthorizedFetch } from '../../vault/authorized-fetch.ts'
import * as seldom from '../../vault/seldom.ts'
import type { SessionKeeper } from '../../vault/session.ts'
import type { TestAuthOptions } from './test-auth.ts'

/** Where relative URLs lead to where there is no document. */
export const baseUrl = (): string => {
  const base = globalThis.document?.baseURI ?? ''
  return URL.canParse('/', base) ? base : 'http://localhost/'
}

/** The vault's own way with requests, over an API that is one function. */
export function createTestRequests(
  { apis, respond = nobody }: TestAuthOptions,
  keeper: Pick<SessionKeeper, 'pass' | 'newerPass'>,
) {
  const requests: Request[] = []
  const send: typeof fetch = (input, init) => {
    const request = new Request(input, init)
    requests.push(request.clone())
    return new Promise<Response>((resolve, reject) => {
      request.signal.addEventListener('abort', () => reject(request.signal.reason), { once: true })
      Promise.resolve(request).then(respond).then(resolve, reject)
    })
  }
  const authorizedFetch = createAuthorizedFetch(send, keeper, async () => seldom)
  const urls = apis?.map(({ url }) => new URL(url))
  const checkUrl = (request: Request) => checkApiRequest(urls ?? [new URL('/', request.url)], request)
  const testFetch: Vault['fetch'] = async (request, repeatable) => {
    checkUrl(request)
    return authorizedFetch(request, repeatable)
  }
  return { requests, checkUrl, fetch: testFetch }
}

function nobody(): never {
  throw new TypeError('createTestAuth() needs `respond` to answer what authFetch asks.')
}
