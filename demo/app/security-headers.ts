import { demoServers } from './demo-servers.ts'

const issuer = new URL(demoServers.issuer).origin
const api = new URL(demoServers.api).origin

type Policy = Readonly<Record<string, string>>

const POLICY: Policy = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'font-src': "'self'",
  'worker-src': "'self'",
  'connect-src': `'self' ${issuer} ${api}`,
  // A silent renewal loads the provider in a hidden frame, which then returns to this page.
  'frame-src': `'self' ${issuer}`,
  'frame-ancestors': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'require-trusted-types-for': "'script'",
}

/** What the build is served with: the callback URL never travels as a referrer (RFC 9700 4.2.4), no stranger frames the app. */
export const productionHeaders = headersFor(POLICY)

/** Vite's dev server needs inline scripts and styles, a web socket, and markup for its error overlay. */
export function developmentHeaders(nonce: string, port: number) {
  const { 'require-trusted-types-for': _, ...policy } = POLICY
  return headersFor({
    ...policy,
    'script-src': `'self' 'nonce-${nonce}'`,
    'style-src': `'self' 'nonce-${nonce}'`,
    'connect-src': `${policy['connect-src']} ws://localhost:${port}`,
  })
}

function headersFor(policy: Policy) {
  const directives = Object.entries(policy).map(([name, sources]) => `${name} ${sources}`)
  return {
    'Content-Security-Policy': directives.join('; '),
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  }
}
