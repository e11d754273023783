import { ownProperties } from '../own-properties.ts'
import { userOf } from '../provider/id-token.ts'
import type { Settings } from '../provider/settings.ts'
import type { TokenSet } from '../provider/tokens.ts'
import { hasForm } from '../secret-text.ts'

/** What is written down of a session. */
export interface Kept {
  /** Another with each token response. */
  readonly id: string
  readonly tokens: TokenSet
  /** When they came, in milliseconds since 1970. */
  readonly at: number
  /** What the tabs share to know of sign-outs, as it was then. */
  readonly mark: string
  /** Somebody is spending the refresh token; if nobody is any more, it may be spent. */
  readonly spender?: string | undefined
  /** The refresh token was sent, and no answer came that says whether it is spent. */
  readonly inDoubt?: boolean | undefined
  /** The provider is to be left alone until then, in milliseconds since 1970. */
  readonly notBefore?: number | undefined
}

/** The user is in there as text already. */
export const textOf = (kept: Kept): string => JSON.stringify({ ...kept, tokens: { ...kept.tokens, user: undefined } })

/**
 * What was written down, checked as far as that goes without asking the provider: `undefined` unless it has the form of tokens that
 * this client got from this issuer. That nobody has changed it is up to the store.
 */
export function keptIn(text: string, { clientId, issuer }: Settings): Kept | undefined {
  try {
    const { id, at, mark, spender, inDoubt, notBefore, tokens } = ownProperties<Kept>(JSON.parse(text))
    const { accessToken, refreshToken, idToken, scope, lifetime, userJson, claims } = ownProperties(tokens)
    const user = userOf(userJson)
    const { iss, aud, sub } = ownProperties(claims)
    const isRight =
      iss === issuer &&
      [aud].flat().includes(clientId) &&
      isText(sub) &&
      user.sub === sub &&
      hasForm(/^[\x21-\x7e]+$/, accessToken) &&
      hasForm(/^[\w-]+\.[\w-]+\.[\w-]+$/, idToken) &&
      (refreshToken === undefined || isText(refreshToken)) &&
      typeof scope === 'string' &&
      (lifetime === undefined || lifetime >= 0) &&
      isText(id) &&
      at > 0 &&
      typeof mark === 'string' &&
      (spender === undefined || isText(spender)) &&
      (inDoubt === undefined || inDoubt === true) &&
      (notBefore === undefined || notBefore > 0)
    if (!isRight) return undefined
    return {
      id,
      at,
      mark,
      spender,
      inDoubt,
      notBefore,
      tokens: { accessToken, refreshToken, idToken, scope, lifetime, userJson, user, claims },
    }
  } catch {
    return undefined
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
