import { api, issuer } from 'virtual:demo-servers'
import { ApiRefusal } from '../../shared/notes-api.ts'

/** The switches with which the demo's servers misbehave on request. */
export function createTrouble() {
  return {
    apiRefuses: (refuse: 'once' | 'always' | 'none') => post(new URL('/demo/trouble', api), { refuse }),
    providerDown: (down: number) => post(new URL('/demo/control', issuer), { down }),
  }
}

async function post(url: URL, body: unknown): Promise<void> {
  const headers = { 'Content-Type': 'application/json' }
  // keepalive: the last word may be sent while the page is already leaving.
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), keepalive: true })
  if (!response.ok) throw new ApiRefusal(response.status)
}
