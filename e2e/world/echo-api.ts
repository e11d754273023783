import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { listen } from '../../demo/http/listen.ts'

/** What the API was sent, as the network brought it. */
export interface Echo {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Base64: bodies are bytes. */
  readonly body: string
}

interface Call extends Echo {
  /** Resolves when the browser has let go of the answer. */
  readonly closed: Promise<unknown>
}

export interface EchoApi {
  readonly origin: string
  readonly close: () => Promise<void>
  /** Without preflights. */
  readonly calls: readonly Call[]
  readonly callsTo: (path: string) => readonly Call[]
  /** How much of `/bytes` the network has taken so far. */
  readonly bytesTaken: () => number
  /** Sends one more event to everybody who listens to `/events`. */
  readonly say: (words: string) => void
  /** Answers everybody who waits at `/held`. */
  readonly release: () => void
  /** Breaks off what was begun at `/breaks-off`. */
  readonly breakOff: () => void
  /** So many of the next calls are refused, as with a token that is over. */
  refusals: number
}

const CORS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': '*',
  'Access-Control-Allow-Headers': 'Authorization, Content-Type, X-Own',
  'Access-Control-Expose-Headers': '*, WWW-Authenticate',
  'Access-Control-Max-Age': '600',
}
const STEP_UP = 'Bearer error="insufficient_user_authentication", acr_values="gold", max_age="5"'

/** An API that answers what it was sent, streams, holds back, refuses. It believes every token. */
export async function startEchoApi(): Promise<EchoApi> {
  const calls: Call[] = []
  const listeners = new Set<ServerResponse>()
  const waiting = new Set<ServerResponse>()
  const halves = new Set<ServerResponse>()
  let taken = 0
  const { origin, close } = await listen(
    0,
    () => (request, response) => void receive(request, response).catch(() => {}),
  )
  const api = {
    origin,
    close,
    calls,
    callsTo: (path: string) => calls.filter((call) => call.path.split('?')[0] === path),
    bytesTaken: () => taken,
    say: (words: string) => {
      for (const response of listeners) response.write(`data: ${words}\n\n`)
    },
    release: () => {
      for (const response of waiting) response.end('released')
      waiting.clear()
    },
    breakOff: () => {
      for (const response of halves) response.destroy()
    },
    refusals: 0,
  }
  return api

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(CORS)) response.setHeader(name, value)
    if (request.method === 'OPTIONS') return void response.writeHead(204).end()
    const closed = once(response, 'close')
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const { method = '', url: path = '' } = request
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    const call = { method, path, headers, body: Buffer.concat(chunks).toString('base64'), closed }
    calls.push(call)
    if (api.refusals > 0) {
      api.refusals -= 1
      return void response.writeHead(401, { 'WWW-Authenticate': 'Bearer error="invalid_token"' }).end()
    }
    await answer(new URL(path, origin), call, response)
  }

  async function answer(url: URL, { closed: _, ...echo }: Call, response: ServerResponse): Promise<void> {
    switch (url.pathname) {
      case '/status':
        response.writeHead(Number(url.searchParams.get('code')), { 'X-Own': 'kept' }).end()
        return
      case '/step-up':
        response.writeHead(401, { 'WWW-Authenticate': STEP_UP }).end()
        return
      case '/moved':
        response.writeHead(302, { Location: '/echo?moved' }).end()
        return
      case '/never':
        response.flushHeaders()
        return
      case '/held':
        waiting.add(response)
        return
      case '/breaks-off':
        response.write('the first half')
        halves.add(response)
        return
      case '/events':
        response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: hello\n\n')
        listeners.add(response)
        return
      case '/bytes':
        return stream(Number(url.searchParams.get('count')), response)
      default:
        response.writeHead(200, { 'Content-Type': 'application/json', 'X-Own': 'kept' }).end(JSON.stringify(echo))
    }
  }

  /** Byte n is n modulo 251, so that one that is lost, doubled or out of place is noticed. */
  async function stream(count: number, response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': count })
    await pipeline(Readable.from(blocks(count)), response)
  }

  function* blocks(count: number): Iterable<Buffer> {
    const pattern = Buffer.from(Array.from({ length: 251 }, (_, index) => index))
    const block = Buffer.concat(Array(4_096).fill(pattern))
    for (let sent = 0; sent < count; sent += block.length) {
      taken = sent
      yield block.subarray(0, count - sent)
    }
  }
}
