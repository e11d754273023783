import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { demoServers } from '../../demo/app/demo-servers.ts'
import { productionHeaders } from '../../demo/app/security-headers.ts'
import { listen } from '../../demo/http/listen.ts'
import { pagesFolder } from './pages-folder.ts'

export type HarnessPage = 'plain' | 'react' | 'worker' | 'shared-worker'

/** Where the app is served: static files with the demo's own security headers. */
export interface Site {
  readonly origin: string
  readonly close: () => Promise<void>
  /** Further sources for `connect-src`. */
  connect: readonly string[]
  /** A callback is answered with a page that does nothing: its URL stays in the address bar, to be tampered with. */
  holdCallbacks: boolean
  /** Whether strangers may frame the app, as many a real one lets them. */
  framable: boolean
  /** The script that runs in a worker before any other. */
  beforeWorker: () => string
}

const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html' }

/**
 * Renewals are spread by chance, and the first one after a sign-in may be five seconds away: a test that a busy machine makes take
 * longer would see one that it knows nothing of. With these it is half a minute away, and another attempt about a second.
 */
export const EVEN_DICE = 'Math.random = () => 0.3\n'

/** To browsers the two are two sites. */
export type Host = 'localhost' | '127.0.0.1'

export async function startSite(
  page: HarnessPage,
  servers: () => { issuer: string; api: string },
  host: Host = 'localhost',
): Promise<Site> {
  const own = { connect: [] as readonly string[], holdCallbacks: false, framable: false, beforeWorker: () => EVEN_DICE }
  const { origin, close } = await listen(0, () => answer, host)
  return Object.assign(own, { origin, close })

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://localhost')
    for (const [name, value] of Object.entries(headers())) response.setHeader(name, value)
    if (own.holdCallbacks && ['code', 'error'].some((name) => url.searchParams.has(name))) {
      response.setHeader('Content-Type', 'text/html')
      response.end('<!doctype html><title>Held</title>')
      return
    }
    const path = extname(url.pathname) === '' ? `/${page}.html` : url.pathname
    response.setHeader('Content-Type', TYPES[extname(path)] ?? 'application/octet-stream')
    try {
      const content = readFileSync(join(pagesFolder.harness(), path))
      if (path.includes('auth.worker')) response.write(own.beforeWorker())
      response.end(content)
    } catch {
      response.writeHead(404).end()
    }
  }

  /** The demo's, with the addresses of this world in place of its usual ones. */
  function headers() {
    const { issuer, api } = servers()
    const usual = { issuer: new URL(demoServers.issuer).origin, api: new URL(demoServers.api).origin }
    const policy = productionHeaders['Content-Security-Policy']
      .replaceAll(usual.issuer, new URL(issuer).origin)
      .replace(usual.api, [new URL(api).origin, ...own.connect].join(' '))
      .replace(own.framable ? "frame-ancestors 'self'; " : '', '')
    return { ...productionHeaders, 'Content-Security-Policy': policy, 'Cache-Control': 'no-cache' }
  }
}
