import { AuthError, type AuthErrorCode } from '../contract/auth-error.ts'
import { ownProperties } from '../own-properties.ts'
import { isOwnUrl } from '../own-url.ts'
import type { SlowShelf } from '../shelf.ts'
import { trying } from '../trying.ts'
import type { Http } from './http.ts'
import { isLoopback, secureUrl } from './secure-url.ts'
import type { Settings } from './settings.ts'

const ENDPOINTS = [
  'authorization_endpoint',
  'token_endpoint',
  'jwks_uri',
  'revocation_endpoint',
  'end_session_endpoint',
  'userinfo_endpoint',
] as const
const REQUIRED = 3
const NONE = 'no discovery document with exactly this `issuer` was found'

/** What is needed of the provider's metadata, every endpoint in it checked. */
export interface Server {
  readonly issuer: string
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly jwks_uri: string
  readonly revocation_endpoint?: string | undefined
  readonly end_session_endpoint?: string | undefined
  readonly userinfo_endpoint?: string | undefined
  readonly id_token_signing_alg_values_supported?: readonly unknown[] | undefined
  readonly authorization_response_iss_parameter_supported: boolean
}

/**
 * Answers the provider's metadata: asked for once, and once more after a failure. The shelf keeps it through the redirect, so that a
 * callback need not wait for it.
 */
export function createDiscovery({ metadata, issuer }: Settings, http: Http, shelf: SlowShelf): () => Promise<Server> {
  const given = metadata && checkedServer({ issuer, ...metadata }, issuer)
  let found: Promise<Server> | undefined = given && Promise.resolve(given)
  const discover = async () => {
    const kept = await shelf.look(issuer)
    // Nothing may be there, or nothing right.
    const known = trying(() => checkedServer(kept?.value, issuer))
    // Storage can be written by any script of the origin, so what comes out of it may not lead to another origin.
    if (known && !kept?.isOld && ENDPOINTS.every((name) => isOwnUrl(known[name] ?? issuer, issuer))) return known
    const { status, json } = await http(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
    // A captive portal says 200 as well.
    if (status === 200 && !json) throw wrong(NONE, 'provider_invalid')
    const server = checkedServer(status === 200 ? json : undefined, issuer)
    void shelf.put(issuer, server)
    return server
  }
  return () =>
    (found ??= discover().catch((error) => {
      found = undefined
      throw error
    }))
}

/** RFC 8414 section 3.3, and what this flow needs beyond it. An endpoint that may be missing is left out if it is unsafe. */
function checkedServer(candidate: unknown, issuer: string): Server {
  const metadata: Record<string, unknown> = ownProperties(candidate as Record<string, unknown>)
  if (metadata.issuer !== issuer) throw wrong(NONE)
  const methods = listed(metadata.code_challenge_methods_supported)
  if (methods && !methods.includes('S256')) throw wrong('PKCE with S256 is not supported')
  const server: Record<string, unknown> = {
    issuer,
    id_token_signing_alg_values_supported: listed(metadata.id_token_signing_alg_values_supported),
    authorization_response_iss_parameter_supported: metadata.authorization_response_iss_parameter_supported === true,
  }
  for (const name of ENDPOINTS) server[name] = safeEndpoint(metadata[name], issuer)
  for (const name of ENDPOINTS.slice(0, REQUIRED))
    if (!server[name]) throw wrong(`${name} is missing, or no secure URL`)
  return server as unknown as Server
}

/** Plain http is for providers that run on this machine, not for endpoints that one on the network points to. */
function safeEndpoint(value: unknown, issuer: string): string | undefined {
  const url = secureUrl(value)
  if (!url || (isLoopback(url) && !isLoopback(new URL(issuer)))) return undefined
  url.hash = ''
  return url.href
}

const listed = (value: unknown): unknown[] | undefined => (Array.isArray(value) ? value : undefined)

const wrong = (what: string, code: AuthErrorCode = 'configuration') =>
  new AuthError(code, `This provider cannot be used: ${what}.`)
