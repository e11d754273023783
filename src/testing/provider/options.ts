/** Somebody with an account at the provider. */
export interface TestUser {
  readonly sub: string
  readonly [claim: string]: unknown
}

export type Algorithm = 'RS256' | 'PS256' | 'ES256' | 'EdDSA'

export interface TestProviderOptions {
  readonly issuer?: string
  readonly clientId?: string
  readonly redirectUris?: readonly string[]
  readonly postLogoutRedirectUris?: readonly string[]
  /** Where the provider's endpoints are. Default: the issuer's origin. */
  readonly endpoints?: string
  readonly algorithm?: Algorithm
  /** Seconds that an access token lives. */
  readonly lifetime?: number
  /** `strict`: each refresh token once, and reuse ends the session (RFC 9700 4.14.2). `kept`: the same one for ever. */
  readonly refreshTokens?: 'strict' | 'kept' | 'none'
  readonly user?: TestUser
  /** The API's identifier: the audience of access tokens (RFC 9068 2.2). */
  readonly api?: string
}

export type Settings = Required<TestProviderOptions>

const ADA: TestUser = { sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' }
export const GRACE: TestUser = { sub: 'grace', name: 'Grace Hopper', email: 'grace@example.com' }

export function withDefaults(options: TestProviderOptions): Settings {
  const issuer = options.issuer ?? 'https://login.example.com'
  return {
    issuer,
    clientId: 'notes-spa',
    redirectUris: ['https://app.example.com/'],
    postLogoutRedirectUris: ['https://app.example.com/'],
    endpoints: new URL(issuer).origin,
    algorithm: 'RS256',
    lifetime: 600,
    refreshTokens: 'strict',
    user: ADA,
    api: 'https://api.example.com/',
    ...options,
  }
}
