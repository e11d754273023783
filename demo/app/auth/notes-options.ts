import { api, issuer } from 'virtual:demo-servers'
import type { AuthOptions } from 'latchkey'

/** The same app twice: each has a page of its own to come back to. */
export type App = 'react' | 'vue'

const PAGES: Readonly<Record<App, string>> = { react: '/', vue: '/vue.html' }

/** All that Latchkey has to know, wherever it keeps the tokens. */
export function notesOptions(app: App, fetch: typeof globalThis.fetch): AuthOptions {
  const notes = new URL('/', api).href
  const page = new URL(PAGES[app], location.origin).href
  return {
    issuer,
    clientId: 'notes-spa',
    apis: [{ url: notes, scope: 'notes:read notes:write', resource: notes }],
    scope: 'openid profile email offline_access',
    redirectUri: page,
    postLogoutRedirectUri: page,
    // Less than usual, so that nobody has to wait long to see what happens then.
    timeout: 5_000,
    fetch,
  }
}
