import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { demoServers } from '../../demo/app/demo-servers.ts'
import { productionHeaders } from '../../demo/app/security-headers.ts'
import { type Listening, listen } from '../../demo/http/listen.ts'
import type { HarnessOptions } from '../../e2e/harness/harness.ts'
import { pagesFolder } from '../../e2e/world/pages-folder.ts'
import type { Host } from '../../e2e/world/site.ts'

export type Home = 'page' | 'worker' | 'shared-worker'

interface App {
  readonly home: Home
  readonly host: Host
  /** Asked for with each page. */
  readonly options: () => HarnessOptions
}

const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.html': 'text/html' }
const PAGES: Record<Home, string> = { page: 'plain', worker: 'worker', 'shared-worker': 'shared-worker' }
const PRELUDE = '/prelude.js'
const KEY_PROBE = '/key-probe.js'

/**
 * The pages of the end-to-end tests under the demo's own policy. Not every driver can put a script into a page before its own, so what
 * a page is told is served to it.
 */
export function serveApp({ home, host, options }: App): Promise<Listening> {
  return listen(
    0,
    () => (request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost')
      const path = extname(pathname) === '' ? `/${PAGES[home]}.html` : pathname
      for (const [name, value] of Object.entries(headersFor(options()))) response.setHeader(name, value)
      response.setHeader('Content-Type', TYPES[extname(path)] ?? 'application/octet-stream')
      if (path === PRELUDE) return void response.end(`(${prelude})(${JSON.stringify(options())})`)
      if (path === KEY_PROBE) return void response.end(`(${keyProbe})()`)
      try {
        const file = readFileSync(join(pagesFolder.harness(), path))
        const isPage = extname(path) === '.html'
        response.end(isPage ? `${file}`.replace('<script', `<script src="${PRELUDE}"></script><script`) : file)
      } catch {
        response.writeHead(404).end()
      }
    },
    host,
  )
}

/** The demo's, with the addresses of this world in place of its own. */
function headersFor({ issuer, apis = [] }: HarnessOptions) {
  const policy = productionHeaders['Content-Security-Policy']
    .replaceAll(new URL(demoServers.issuer).origin, new URL(issuer).origin)
    .replace(new URL(demoServers.api).origin, apis.map(({ url }) => new URL(url).origin).join(' '))
  return { ...productionHeaders, 'Content-Security-Policy': policy, 'Cache-Control': 'no-cache' }
}

declare global {
  interface Window {
    /** The back button has brought this page back as it was. */
    revived?: boolean
  }
}

/** Runs in the page. Errors that nobody has seen outlive it, in the tab. */
function prelude(options: HarnessOptions): void {
  window.harnessOptions = options
  const note = (problem: string) => {
    const before = JSON.parse(sessionStorage.getItem('problems') ?? '[]')
    sessionStorage.setItem('problems', JSON.stringify([...before, problem]))
  }
  addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
    note(`policy violated: ${effectiveDirective} ${blockedURI}`),
  )
  addEventListener('error', ({ message }) => note(`thrown: ${message}`))
  addEventListener('unhandledrejection', ({ reason }) => note(`rejected: ${reason}`))
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) window.revived = true
  })
  // So does the page of a worker say that a policy was violated in there.
  const { error } = console
  console.error = (...words) => {
    if (String(words[0]).startsWith('policy violated')) note(words.join(' '))
    error(...words)
  }
}

/** Runs in a worker, and says there whether a key that cannot be taken out can be cloned, as a database has to. */
async function keyProbe(): Promise<void> {
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  let isKept = true
  try {
    structuredClone(key)
  } catch {
    isKept = false
  }
  new BroadcastChannel('key probe').postMessage(isKept)
}
