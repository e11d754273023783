import { AuthError } from '../contract/auth-error.ts'
import type { LoginRequest } from '../contract/vault.ts'
import { ownProperties } from '../own-properties.ts'
import type { Server } from './discover.ts'
import { base64url, hashOf, randomText } from './encoding.ts'
import { scopesOf } from './scopes.ts'
import type { Settings } from './settings.ts'
import { withQuery } from './with-query.ts'

/** What must be remembered until the callback, and by nobody else. */
export interface PendingAuthorization {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  /** What was asked for, separated by spaces. */
  readonly scope: string
  /** Milliseconds since 1970. */
  readonly begunAt: number
  /** Seconds. */
  readonly maxAge?: number | undefined
  readonly acrValues?: string | undefined
}

const OURS = /^(client_.*|redirect_uri|response_.*|scope|state|nonce|code_challenge.*|resource|request.*)$/

/** An authorization request (RFC 6749 4.1.1) with PKCE S256 (RFC 7636 4.2); state, nonce and verifier of 256 random bits. */
export async function createAuthorization(settings: Settings, server: Server, { parameters, stepUp }: LoginRequest) {
  if (!globalThis.crypto?.subtle) throw wrong('this page is not on https or localhost')
  const { acrValues, maxAge, scope } = membersOf('stepUp', stepUp)
  const asked = checkedParameters({
    ...settings.parameters,
    ...membersOf('parameters', parameters),
    // RFC 9470 section 4
    ...(acrValues !== undefined && { acr_values: acrValues }),
    ...(maxAge !== undefined && { max_age: typeof maxAge === 'number' ? `${maxAge}` : maxAge }),
  })
  const pending: PendingAuthorization = {
    state: randomText(),
    nonce: randomText(),
    verifier: randomText(),
    scope: scopesOf(settings.scope, scope),
    begunAt: Date.now(),
    maxAge: asked.max_age ? Number(asked.max_age) : undefined,
    acrValues: acrValues === undefined ? undefined : asked.acr_values,
  }
  const url = withQuery(server.authorization_endpoint, {
    ...asked,
    client_id: settings.clientId,
    redirect_uri: settings.redirectUri,
    response_type: 'code',
    scope: pending.scope,
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: base64url(await hashOf('256', pending.verifier)),
    code_challenge_method: 'S256',
    resource: settings.resources,
  })
  return { url, pending }
}

/** The protocol's own parameters cannot be overridden: not by an app, nor by what an attacker makes it pass on. */
export function checkedParameters(parameters: Readonly<Record<string, unknown>>): Record<string, string> {
  for (const [name, value] of Object.entries(parameters)) {
    // RFC 6749 8.2: a server may read "state[]" as "state".
    if (OURS.test(name) || !/^[\w.-]+$/.test(name))
      throw wrong(`parameter "${name}" is set by Latchkey, or no name for one`)
    if (typeof value !== 'string' || (name === 'max_age' && !/^\d+$/.test(value)))
      throw wrong(`parameter "${name}" must be text, for max_age whole seconds`)
  }
  return parameters as Record<string, string>
}

/** What an app passed as an object, and nothing that another script has put on its prototype. */
function membersOf(what: string, given: object = {}): Record<string, unknown> {
  if (typeof given !== 'object' || Array.isArray(given)) throw wrong(`${what} is no object`)
  return ownProperties(given as Record<string, unknown>)
}

const wrong = (why: string) => new AuthError('configuration', `No login can begin: ${why}.`)
