import { AuthError } from '../contract/auth-error.ts'
import type { LoginRequest } from '../contract/vault.ts'
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
  const asked = checkedParameters({
    ...settings.parameters,
    ...parameters,
    // RFC 9470 section 4
    ...(stepUp?.acrValues && { acr_values: stepUp.acrValues }),
    ...(stepUp?.maxAge !== undefined && { max_age: `${stepUp.maxAge}` }),
  })
  const pending: PendingAuthorization = {
    state: randomText(),
    nonce: randomText(),
    verifier: randomText(),
    scope: scopesOf(settings.scope, stepUp?.scope),
    begunAt: Date.now(),
    maxAge: asked.max_age ? Number(asked.max_age) : undefined,
    acrValues: stepUp?.acrValues,
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
    if (OURS.test(name)) throw wrong(`parameter "${name}" is set by Latchkey, leave it out`)
    if (typeof value !== 'string' || (name === 'max_age' && !/^\d+$/.test(value)))
      throw wrong(`parameter "${name}" must be text, for max_age whole seconds`)
  }
  return parameters as Record<string, string>
}

const wrong = (why: string) => new AuthError('configuration', `No login can begin: ${why}.`)
