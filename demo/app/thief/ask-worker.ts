import { api } from 'virtual:demo-servers'
import { connectVault, createAuth } from 'latchkey/remote'
import { sharedWorker } from '../auth/auth.shared.ts'
import type { Door } from './listen-in.ts'

/** No call of the app waits under it. */
const A_STRANGE_ID = 1_000_000_007

const PLEAS = ['accessToken', 'token', 'getAccessToken', 'refreshToken', 'state', 'session', 'dump', 'debug', 'eval']

/** Posts whatever comes to mind through the app's own door. What is answered is overheard. */
export function begAt(door: Door): number {
  const messages = PLEAS.flatMap((plea) => [
    plea,
    [plea],
    { type: plea },
    { id: A_STRANGE_ID, name: plea, argument: api },
    { id: A_STRANGE_ID, method: plea, args: [api] },
  ])
  for (const message of messages) door.postMessage(message)
  return messages.length
}

/** Opens a door of its own to the worker of all tabs, and asks in the library's own words. Answers the token, or the refusal. */
export async function askSharedWorker(): Promise<string> {
  const auth = createAuth({ vault: connectVault(() => sharedWorker('react')), exposeAccessToken: true })
  try {
    await auth.start()
    return await auth.accessToken(api)
  } catch (error) {
    return `refused: ${(error as { readonly code?: string }).code}`
  } finally {
    auth.dispose()
  }
}
