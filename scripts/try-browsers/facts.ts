import { listen } from '../../demo/http/listen.ts'
import type { Browser } from './engines/engine.ts'

/** What an engine has of what the library makes use of, by name. */
export type Facts = Readonly<Record<string, boolean>>

/** Asked in a page with nothing in it. */
export async function factsOf(browser: Browser): Promise<Facts> {
  const page = await listen(0, () => (_request, response) => {
    response.setHeader('Content-Type', 'text/html').end('<!doctype html>')
  })
  const tab = await browser.open()
  await tab.goto(page.origin)
  const facts = await tab.run(() => {
    /** Whether this member of a dictionary is looked at by the one who is given it. */
    const reads = (member: string, give: (options: never) => unknown, options: object = {}) => {
      let isRead = false
      const watched = Object.defineProperty({ ...options }, member, {
        get: () => {
          isRead = true
          return undefined
        },
      })
      try {
        give(watched as never)
      } catch {
        // It may miss what it was not given.
      }
      return isRead
    }
    const works = (act: () => unknown) => {
      try {
        act()
        return true
      } catch {
        return false
      }
    }
    return {
      SharedWorker: 'SharedWorker' in window,
      '`extendedLifetime` of a SharedWorker': reads(
        'extendedLifetime',
        (options) => new SharedWorker('/none.js', options),
      ),
      'Web Locks': 'locks' in navigator,
      'Trusted Types': 'trustedTypes' in window,
      '`navigator.userActivation`': 'userActivation' in navigator,
      '`Request.body`': 'body' in Request.prototype,
      'a stream as request body': reads('duplex', (options) => new Request('/', options), { method: 'POST' }),
      'streams that can be transferred': works(() => {
        const stream = new ReadableStream()
        structuredClone(stream, { transfer: [stream] })
      }),
    }
  })
  await tab.close()
  await page.close()
  return facts
}
