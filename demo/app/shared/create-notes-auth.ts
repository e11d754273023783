import { type Auth, createAuth } from 'latchkey'
import type { DemoConfig } from './demo-config.ts'

/** `page` is the path that the provider sends people back to. */
export function createNotesAuth({ issuer, api }: DemoConfig, page: string, fetch?: typeof globalThis.fetch): Auth {
  const notes = new URL('/', api).href
  return createAuth({
    issuer,
    clientId: 'notes-spa',
    apis: [{ url: notes, scope: 'notes:read notes:write', resource: notes }],
    scope: 'openid profile email offline_access',
    redirectUri: new URL(page, location.origin).href,
    postLogoutRedirectUri: new URL(page, location.origin).href,
    ...(fetch && { fetch }),
  })
}
