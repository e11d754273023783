import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Listening {
  readonly origin: string
  readonly close: () => Promise<void>
}

/** A server for this machine alone. Port 0 picks one. `answer` is asked for once the origin is known. */
export async function listen(
  port: number,
  answer: (origin: string) => RequestListener,
  host: 'localhost' | '127.0.0.1' = 'localhost',
): Promise<Listening> {
  // Longer than any test or demo pauses: a connection that is kept must not close under the next request.
  const server = createServer({ keepAliveTimeout: 60_000 })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve)
  })
  const origin = `http://${host}:${(server.address() as AddressInfo).port}`
  server.on('request', answer(origin))
  return {
    origin,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
