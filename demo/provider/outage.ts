import type { Context } from 'oidc-provider'
import { allowCrossOrigin } from '../http/cross-origin.ts'
import { outagePage } from './pages.ts'

export type Outage = ReturnType<typeof createOutage>

/** A provider that is down on request. Its pages can tell, because the refusal carries CORS headers as any answer does. */
export function createOutage(appOrigins: readonly string[]) {
  let until = 0
  const secondsLeft = () => Math.max(0, Math.ceil((until - Date.now()) / 1000))
  return {
    secondsLeft,
    begin(seconds: number) {
      until = Date.now() + seconds * 1000
    },
    async refuse(context: Context, next: () => Promise<void>) {
      const left = secondsLeft()
      if (left === 0 || context.method === 'OPTIONS') return next()
      allowCrossOrigin(context.req, context.res, {
        origins: appOrigins,
        methods: ['GET', 'POST'],
        requestHeaders: ['Content-Type'],
        exposed: ['Retry-After'],
      })
      context.status = 503
      context.set('Retry-After', `${left}`)
      context.set('Cache-Control', 'no-store')
      if (context.accepts('json', 'html') === 'html') {
        context.type = 'html'
        context.body = outagePage(left)
      } else {
        context.body = { error: 'temporarily_unavailable', error_description: 'Down, as the demo asked for.' }
      }
    },
  }
}
