import type { Context } from 'oidc-provider'
import { allowCrossOrigin } from '../http/cross-origin.ts'
import { outagePage } from './pages.ts'

/**
 * `maintenance`: 503, and it says for how long. `down`: 503. `busy`: 429, and it says for how long. `slow`: whoever hangs up before his
 * answer is there was not served. `lost`: the next refresh is made, and its answer breaks off on the way.
 */
export const FAULTS = ['maintenance', 'down', 'busy', 'slow', 'lost'] as const

export type Fault = (typeof FAULTS)[number]

export type Faults = ReturnType<typeof createFaults>

const EIGHT_SECONDS = 8_000

/** A provider that misbehaves on request. Pages can read its refusals, which carry CORS headers as any answer does. */
export function createFaults(appOrigins: readonly string[]) {
  let playing: Fault | undefined
  let until = 0
  const secondsLeft = () => Math.max(0, Math.ceil((until - Date.now()) / 1000))

  const refuse = (context: Context, status: number, retryAfter?: number) => {
    allowCrossOrigin(context.req, context.res, {
      origins: appOrigins,
      methods: ['GET', 'POST'],
      requestHeaders: ['Content-Type'],
      exposed: ['Retry-After'],
    })
    context.status = status
    if (retryAfter) context.set('Retry-After', `${retryAfter}`)
    context.set('Cache-Control', 'no-store')
    if (context.accepts('json', 'html') === 'html') {
      context.type = 'html'
      context.body = outagePage(secondsLeft())
    } else {
      context.body = { error: 'temporarily_unavailable', error_description: 'As the demo asked for.' }
    }
  }

  return {
    begin(fault: Fault, seconds: number) {
      playing = fault
      until = Date.now() + seconds * 1000
    },
    async play(context: Context, next: () => Promise<void>) {
      const left = secondsLeft()
      if (left === 0 || context.method === 'OPTIONS') return next()
      switch (playing) {
        case 'maintenance':
          return refuse(context, 503, left)
        case 'down':
          return refuse(context, 503)
        case 'busy':
          return refuse(context, 429, left)
        case 'slow':
          await Promise.race([hangsUp(context), new Promise((resolve) => setTimeout(resolve, EIGHT_SECONDS))])
          if (!context.res.closed) return next()
          context.status = 408
          return
        default:
          await next()
          if (context.oidc?.params?.grant_type !== 'refresh_token' || context.status !== 200) return
          until = 0
          breakOff(context)
      }
    },
  }
}

const hangsUp = ({ res }: Context) => new Promise((resolve) => res.once('close', resolve))

/** After the first byte: a browser would send a request again by itself that got no answer at all. */
function breakOff(context: Context): void {
  context.respond = false
  const { res } = context
  res.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': 1000 })
  res.write('{', () => res.destroy())
}
