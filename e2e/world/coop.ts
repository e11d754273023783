import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ServerResponse } from 'node:http'

/** What a page can say about the window that opened it (HTML 7.1.3). */
export type OpenerPolicy = 'unsafe-none' | 'same-origin-allow-popups' | 'same-origin'

const EVERY_REQUEST = 'http.server.request.start'

/** All answers of this server, which runs in this process, carry the policy from now on. Answers how to stop. */
export function setOpenerPolicy(origin: string, policy: OpenerPolicy): () => void {
  const { port } = new URL(origin)
  const listener = (message: unknown) => {
    const { request, response } = message as { request: { headers: { host?: string } }; response: ServerResponse }
    if (request.headers.host?.endsWith(`:${port}`)) response.setHeader('Cross-Origin-Opener-Policy', policy)
  }
  subscribe(EVERY_REQUEST, listener)
  return () => void unsubscribe(EVERY_REQUEST, listener)
}
