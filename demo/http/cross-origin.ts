import type { IncomingMessage, ServerResponse } from 'node:http'

interface Permission {
  readonly origins: readonly string[]
  readonly methods: readonly string[]
  readonly requestHeaders: readonly string[]
  /** What a page may read of an answer besides the safelisted headers. */
  readonly exposed: readonly string[]
}

/** Lets pages of `origins`, and no others, read the answers. True: this was a preflight, and is answered. */
export function allowCrossOrigin(request: IncomingMessage, response: ServerResponse, permission: Permission): boolean {
  const { origin } = request.headers
  const isPreflight = request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined
  response.setHeader('Vary', 'Origin')
  if (origin !== undefined && permission.origins.includes(origin)) {
    response.setHeader('Access-Control-Allow-Origin', origin)
    response.setHeader('Access-Control-Expose-Headers', permission.exposed.join(', '))
    if (isPreflight) {
      response.setHeader('Access-Control-Allow-Methods', permission.methods.join(', '))
      response.setHeader('Access-Control-Allow-Headers', permission.requestHeaders.join(', '))
      response.setHeader('Access-Control-Max-Age', '600')
    }
  }
  if (isPreflight) response.writeHead(204).end()
  return isPreflight
}
