import type { IncomingMessage, ServerResponse } from 'node:http'
import { allowCrossOrigin } from '../http/cross-origin.ts'
import { HttpError } from '../http/http-error.ts'
import { readJson } from '../http/read-body.ts'
import { sendJson } from '../http/send.ts'
import type { Outage } from './outage.ts'
import type { ProtocolLog } from './protocol-log.ts'

interface Demo {
  readonly appOrigins: readonly string[]
  readonly log: ProtocolLog
  readonly outage: Outage
}

const TEN_MINUTES = 10 * 60

/**
 * What no provider has: `GET /demo/log` shows what it was asked, `POST /demo/control {"down": seconds}` stops it for a
 * while. True: it was one of them, and it is answered.
 */
export async function serveDemo(request: IncomingMessage, response: ServerResponse, demo: Demo): Promise<boolean> {
  const [pathname = ''] = (request.url ?? '').split('?')
  if (!pathname.startsWith('/demo/')) return false
  const permission = { methods: ['GET', 'POST'], requestHeaders: ['Content-Type'], exposed: [] }
  if (allowCrossOrigin(request, response, { origins: demo.appOrigins, ...permission })) return true

  switch (`${request.method} ${pathname}`) {
    case 'GET /demo/log':
      sendJson(response, 200, demo.log.entries())
      return true
    case 'POST /demo/control': {
      const { down } = await readJson(request)
      if (typeof down !== 'number' || !(down >= 0 && down <= TEN_MINUTES)) {
        throw new HttpError(400, `"down" must be a number of seconds from 0 to ${TEN_MINUTES}.`)
      }
      demo.outage.begin(down)
      sendJson(response, 200, { down })
      return true
    }
    default:
      throw new HttpError(404, 'There is nothing here.')
  }
}
