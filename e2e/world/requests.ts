import type { Page, Request } from '@playwright/test'
import type { RunningProvider } from '../../demo/provider/start-provider.ts'

/** The requests to the provider that its own log knows of. */
export function logged(provider: RunningProvider, path: string, grantType?: string) {
  return provider.log
    .entries()
    .filter((entry) => entry.path === path && (grantType === undefined || entry.grant_type === grantType))
}

export const exchanges = (provider: RunningProvider) => logged(provider, '/token', 'authorization_code')
export const refreshes = (provider: RunningProvider) => logged(provider, '/token', 'refresh_token')

/** Remembers what the page asks for from now on. */
export function watchRequests(page: Page): readonly Request[] {
  const requests: Request[] = []
  page.on('request', (request) => requests.push(request))
  return requests
}

export const formOf = (request: Request): URLSearchParams => new URLSearchParams(request.postData() ?? '')
