import { AuthError } from '../contract/auth-error.ts'
import { isRefusal } from '../contract/failure.ts'
import type { RestoreStep } from '../contract/vault.ts'
import type { Provider } from '../provider/create-provider.ts'
import type { TokenSet } from '../provider/tokens.ts'
import type { Renewals } from './session-keeper.ts'

/**
 * Renews with the refresh token; without one, by asking the provider in a hidden frame whether the person is still signed in
 * there (`prompt=none`, OpenID Connect Core 3.1.2.1). That login is remembered here alone: the page does not go away.
 */
export function createSilentRenewal(
  provider: Provider,
  restore: readonly RestoreStep[] | undefined,
  frame: (url: string) => Promise<string>,
): Renewals['renew'] {
  /** Was sent, and no answer came: it may be spent. */
  let inDoubt: string | undefined
  const askInFrame = async (before: TokenSet) => {
    const { scope } = before
    const { url, pending } = await provider.authorize({ parameters: { prompt: 'none' }, stepUp: { scope } })
    const end = await frame(url).catch(async (refusal) => {
      // A frame cannot tell a provider that refuses from one that is out of reach, which signs nobody out.
      await provider.reach()
      throw refusal
    })
    const tokens = await provider.redeem(new URL(end).search, pending)
    if (tokens.claims.sub !== before.claims.sub) {
      void provider.revoke(tokens)
      throw new AuthError('login_required', 'Another person is signed in now. Call login().')
    }
    return tokens
  }
  return async (before, rotated) => {
    const { refreshToken } = before
    if (!refreshToken) return askInFrame(before)
    try {
      return await provider.refresh(before, rotated)
    } catch (error) {
      const { provider: said } = error as AuthError
      const wasInDoubt = inDoubt === refreshToken
      if (!isRefusal(error as AuthError)) inDoubt = refreshToken
      // The answer that was lost had the next one in it (RFC 9700 4.14.2). The provider may know the person all the same.
      else if (wasInDoubt && said?.error === 'invalid_grant' && (restore?.includes('frame') ?? true))
        return askInFrame(before)
      throw error
    }
  }
}
