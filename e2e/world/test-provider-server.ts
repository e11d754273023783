import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createTestProvider, type TestProvider, type TestProviderOptions } from 'latchkey/testing'
import { listen } from '../../demo/http/listen.ts'

/** A request as it came over the network, with everything that the browser put on it. */
export interface Arrival {
  readonly origin: string
  readonly path: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  /** Whether its connection had carried another request before. */
  readonly reused: boolean
}

export interface ServerOptions extends TestProviderOptions {
  /** What follows the origin in the issuer's identifier. */
  readonly issuerPath?: string
  /** The endpoints are on another origin than the issuer. */
  readonly endpointsApart?: boolean
}

export interface TestProviderServer {
  readonly provider: TestProvider
  readonly issuer: string
  readonly endpoints: string
  readonly api: string
  /** A server that nobody has any business with; to the provider it is `elsewhere`. */
  readonly stranger: string
  readonly arrivals: readonly Arrival[]
  /** Off by default: on a connection of its own a request is never repeated by the browser. */
  keepAlive: boolean
  readonly close: () => Promise<void>
}

/** The provider of the unit tests and its API, faults included, each behind a port of its own. */
export async function startTestProvider(site: string, options: ServerOptions): Promise<TestProviderServer> {
  const arrivals: Arrival[] = []
  const used = new WeakSet<object>()
  const serve = (origin: string) => (incoming: IncomingMessage, outgoing: ServerResponse) =>
    void answer(origin, incoming, outgoing)
  const { issuerPath = '', endpointsApart, ...settings } = options
  const servers = await Promise.all(Array.from({ length: 4 }, () => listen(0, serve)))
  const [home, api, stranger, apart] = servers.map(({ origin }) => origin) as [string, string, string, string]
  const endpoints = endpointsApart ? apart : home
  const issuer = home + issuerPath
  const own = { keepAlive: false }
  const provider = createTestProvider({
    issuer,
    endpoints,
    api: `${api}/`,
    redirectUris: [`${site}/`],
    postLogoutRedirectUris: [`${site}/`],
    // The clocks of these tests run ahead, and the ID token of a minute is still good after five.
    lifetime: 60,
    ...settings,
  })
  const close = async () => void (await Promise.all(servers.map((server) => server.close())))
  return Object.assign(own, { provider, issuer, endpoints, api, stranger, arrivals, close })

  async function answer(origin: string, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { socket, method = '', url: path = '' } = incoming
    const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]))
    arrivals.push({ origin, path, method, headers, reused: used.has(socket) })
    used.add(socket)
    outgoing.shouldKeepAlive = own.keepAlive
    try {
      const body = method === 'GET' || method === 'HEAD' ? null : await bodyOf(incoming)
      await send(await provider.handle(new Request(origin + path, { method, headers, body })), outgoing)
    } catch {
      socket.resetAndDestroy()
    }
  }
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function send({ status, headers, body }: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(status, Object.fromEntries(headers))
  if (!body) return void outgoing.end()
  outgoing.flushHeaders()
  await pipeline(Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]), outgoing)
}
