/** Somebody with an account at the provider: the claims of their ID token and of what UserInfo answers. */
export interface TestUser {
  readonly sub: string
  readonly [claim: string]: unknown
}

/** The asymmetric signature algorithms of JOSE (RFC 7518 3.1, RFC 8037 3.1, RFC 9864 2.2). */
export type Algorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'
  | 'Ed25519'

export interface TestProviderOptions {
  /** Default `https://login.example.com`. */
  readonly issuer?: string
  /** Default `notes-spa`. */
  readonly clientId?: string
  /** Default `https://app.example.com/` alone. Compared to the letter. */
  readonly redirectUris?: readonly string[]
  /** Default `https://app.example.com/` alone. Compared to the letter. */
  readonly postLogoutRedirectUris?: readonly string[]
  /** The origin of the provider's endpoints. Default: the issuer's. */
  readonly endpoints?: string
  /** What tokens are signed with, until `keys.use` says otherwise. Default: the first of `algorithms`. */
  readonly algorithm?: Algorithm
  /** What is advertised, a key of each in the key set. Default: `algorithm` alone, or RS256. */
  readonly algorithms?: readonly Algorithm[]
  /** Seconds that an access token lives. Default 600. */
  readonly lifetime?: number
  /** `strict`: each refresh token once, and reuse ends the session (RFC 9700 4.14.2). `kept`: the same one for ever. Default `strict`. */
  readonly refreshTokens?: 'strict' | 'kept' | 'none'
  /** Who is signed in at the provider to begin with. Default: Ada. */
  readonly user?: TestUser
  /** The API's identifier: the audience of access tokens (RFC 9068 2.2). Default `https://api.example.com/`. */
  readonly api?: string
}

/** The options of a test provider with every default filled in. */
export type Settings = Required<TestProviderOptions>

/** Who is signed in at a provider unless it is told otherwise. */
export const ADA: TestUser = { sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' }

/** Somebody else. */
export const GRACE: TestUser = { sub: 'grace', name: 'Grace Hopper', email: 'grace@example.com' }

export function withDefaults(options: TestProviderOptions): Settings {
  const issuer = options.issuer ?? 'https://login.example.com'
  const algorithm = options.algorithm ?? options.algorithms?.[0] ?? 'RS256'
  const algorithms = options.algorithms ?? [algorithm]
  if (!algorithms.includes(algorithm)) throw new TypeError('`algorithm` must be one of `algorithms`.')
  return {
    issuer,
    clientId: 'notes-spa',
    redirectUris: ['https://app.example.com/'],
    postLogoutRedirectUris: ['https://app.example.com/'],
    endpoints: new URL(issuer).origin,
    lifetime: 600,
    refreshTokens: 'strict',
    user: ADA,
    api: 'https://api.example.com/',
    ...options,
    algorithm,
    algorithms,
  }
}
