import { api, issuer } from 'virtual:demo-servers'
import type { Fault } from '../../provider/faults.ts'
import { ApiRefusal } from '../shared/notes-api.ts'

/** `once`: all tokens that are out there now, so that the app has to renew its own. */
export const apiRefuses = (refuse: 'once' | 'always' | 'none') => post(new URL('/demo/trouble', api), { refuse })

export const providerPlays = (fault: Fault, seconds: number) =>
  post(new URL('/demo/control', issuer), { fault, seconds })

async function post(url: URL, body: unknown): Promise<void> {
  const headers = { 'Content-Type': 'application/json' }
  // keepalive: the last word may be sent while the page is already leaving.
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), keepalive: true })
  if (!response.ok) throw new ApiRefusal(response.status)
}
