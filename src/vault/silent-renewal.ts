import type { AuthError } from '../contract/auth-error.ts'
import { isRefusal } from '../contract/failure.ts'
import type { RestoreStep } from '../contract/vault.ts'
import type { Provider } from '../provider/create-provider.ts'
import type { TokenSet } from '../provider/tokens.ts'
import type { Home } from './home.ts'

/** Asks for the next tokens. A refresh token that `mayBeSpent` is one that somebody has sent who was not answered. */
export type Renew = (
  before: TokenSet,
  rotated: (refreshToken: string) => void,
  mayBeSpent?: boolean,
) => Promise<TokenSet>

/** Renews with the refresh token; without one, by asking in a hidden frame. */
export function createSilentRenewal(
  provider: Provider,
  restore: readonly RestoreStep[] | undefined,
  seldom: Home['seldom'],
  frame: (url: string) => Promise<string>,
): Renew {
  /** Was sent, and no answer came: it may be spent. */
  let inDoubt: string | undefined
  const askInFrame = async (before: TokenSet) => (await seldom()).renewInFrame(provider, before, frame)
  return async (before, rotated, mayBeSpent) => {
    const { refreshToken } = before
    if (!refreshToken) return askInFrame(before)
    try {
      return await provider.refresh(before, rotated)
    } catch (error) {
      const { provider: said } = error as AuthError
      const wasInDoubt = mayBeSpent || inDoubt === refreshToken
      if (!isRefusal(error as AuthError)) inDoubt = refreshToken
      // The answer that was lost had the next one in it (RFC 9700 4.14.2). The provider may know the person all the same.
      else if (wasInDoubt && said?.error === 'invalid_grant' && (restore?.includes('frame') ?? true))
        return askInFrame(before)
      throw error
    }
  }
}
