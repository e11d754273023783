import { AuthError } from '../contract/auth-error.ts'
import type { Provider } from '../provider/create-provider.ts'
import type { Renewals } from './session-keeper.ts'

/**
 * Renews with the refresh token; without one, by asking the provider in a hidden frame whether the person is still signed in
 * there (`prompt=none`, OpenID Connect Core 3.1.2.1). That login is remembered here alone: the page does not go away.
 */
export function createSilentRenewal(provider: Provider, frame: (url: string) => Promise<string>): Renewals['renew'] {
  return async (before, rotated) => {
    if (before.refreshToken) return provider.refresh(before, rotated)
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
}
