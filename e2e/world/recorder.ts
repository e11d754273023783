import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { listen } from '../../demo/http/listen.ts'

interface Received {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Resolves when the browser has let go of the answer. */
  readonly closed: Promise<unknown>
}

export interface Recorder {
  readonly origin: string
  readonly close: () => Promise<void>
  /** Without preflights. */
  readonly requests: readonly Received[]
  /** Ends an answer that was left open. */
  finish: () => void
}

/** A server that any page may call, and that remembers what it was sent. */
export async function startRecorder(answer: RequestListener): Promise<Recorder> {
  const requests: Received[] = []
  const { origin, close } = await listen(0, () => (request, response) => void receive(request, response))
  return { origin, close, requests, finish: () => {} }

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url, headers } = request
    response.setHeader('Access-Control-Allow-Origin', '*')
    response.setHeader('Access-Control-Allow-Methods', '*')
    response.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type, X-Own, X-Other')
    response.setHeader('Access-Control-Expose-Headers', 'WWW-Authenticate')
    response.setHeader('Access-Control-Max-Age', '600')
    if (method === 'OPTIONS') {
      response.writeHead(204).end()
      return
    }
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const closed = new Promise((resolve) => response.once('close', resolve))
    requests.push({ method, url, headers, body: Buffer.concat(chunks).toString(), closed })
    answer(request, response)
  }
}
