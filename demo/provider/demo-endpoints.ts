import type { IncomingMessage, ServerResponse } from 'node:http'
import { allowCrossOrigin } from '../http/cross-origin.ts'
import { HttpError } from '../http/http-error.ts'
import { readJson } from '../http/read-body.ts'
import { sendJson } from '../http/send.ts'
import { FAULTS, type Fault, type Faults } from './faults.ts'
import type { ProtocolLog } from './protocol-log.ts'

interface Demo {
  readonly appOrigins: readonly string[]
  readonly log: ProtocolLog
  readonly faults: Faults
}

const TEN_MINUTES = 10 * 60

/**
 * What no provider has: `GET /demo/log` shows what it was asked, `POST /demo/control {"fault": "down", "seconds": 10}` has it
 * misbehave for a while. True: it was one of them, and it is answered.
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
      const { fault, seconds } = await readJson(request)
      if (!isFault(fault)) throw new HttpError(400, `"fault" must be one of ${FAULTS.join(', ')}.`)
      if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= TEN_MINUTES)) {
        throw new HttpError(400, `"seconds" must be a number from 0 to ${TEN_MINUTES}.`)
      }
      demo.faults.begin(fault, seconds)
      sendJson(response, 200, { fault, seconds })
      return true
    }
    default:
      throw new HttpError(404, 'There is nothing here.')
  }
}

const isFault = (value: unknown): value is Fault => FAULTS.includes(value as Fault)
