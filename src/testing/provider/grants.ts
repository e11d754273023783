import type { TestUser } from './options.ts'
import type { Secrets } from './secrets.ts'

/** One login of one person: all its codes and refresh tokens stand and fall together. */
export interface Grant {
  readonly user: TestUser
  readonly scope: string
  readonly resource: readonly string[]
  readonly redirectUri: string
  readonly challenge: string
  readonly nonce: string | undefined
  readonly authTime: number | undefined
  readonly acr: string | undefined
  revoked: boolean
}

export interface Grants {
  readonly newCode: (grant: Grant) => string
  /** Each code once; a second time ends what the first began (RFC 6749 4.1.2). */
  readonly takeCode: (code: string) => Grant | undefined
  readonly newRefreshToken: (grant: Grant) => string
  /** Reuse of a spent refresh token ends the grant (RFC 9700 4.14.2). */
  readonly takeRefreshToken: (token: string, keep: boolean) => Grant | undefined
  /** `expires` in seconds since 1970. */
  readonly addAccessToken: (token: string, grant: Grant, expires: number) => void
  /** `undefined` for a token that has expired, or whose grant was revoked. */
  readonly grantOfAccessToken: (token: string) => Grant | undefined
  readonly revoke: (token: string) => void
  readonly revokeAll: () => void
  /** How often a spent code or refresh token was shown again. */
  readonly reuses: () => number
}

export function createGrants(secrets: Secrets): Grants {
  const grants = new Map<string, Grant>()
  const accessTokens = new Map<string, { readonly grant: Grant; readonly expires: number }>()
  const spent = new Set<string>()
  let reuses = 0

  const issue = (kind: string, grant: Grant) => {
    const secret = secrets.mint(kind)
    grants.set(secret, grant)
    return secret
  }
  const take = (secret: string, keep = false): Grant | undefined => {
    const grant = grants.get(secret)
    if (!grant || grant.revoked) return undefined
    if (spent.has(secret)) {
      reuses += 1
      grant.revoked = true
      return undefined
    }
    if (!keep) spent.add(secret)
    return grant
  }

  return {
    newCode: (grant) => issue('code', grant),
    takeCode: (code) => take(code),
    newRefreshToken: (grant) => issue('refresh', grant),
    takeRefreshToken: take,
    addAccessToken: (token, grant, expires) => void accessTokens.set(token, { grant, expires }),
    grantOfAccessToken(token) {
      const { grant, expires = 0 } = accessTokens.get(token) ?? {}
      return grant?.revoked || expires * 1000 <= Date.now() ? undefined : grant
    },
    revoke(token) {
      const grant = grants.get(token)
      if (grant) grant.revoked = true
    },
    revokeAll() {
      for (const grant of grants.values()) grant.revoked = true
    },
    reuses: () => reuses,
  }
}
