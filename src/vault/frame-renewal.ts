import { AuthError } from '../contract/auth-error.ts'
import { isRefusal } from '../contract/failure.ts'
import type { Provider } from '../provider/create-provider.ts'
import type { TokenSet } from '../provider/tokens.ts'

/** Asks the provider in a hidden frame whether the person is still signed in there (`prompt=none`, OpenID Connect Core 3.1.2.1). */
export async function renewInFrame(
  provider: Provider,
  before: TokenSet,
  frame: (url: string) => Promise<string>,
): Promise<TokenSet> {
  // That login is remembered here alone: the page does not go away.
  const stepUp = { scope: before.scope }
  const { url, pending } = await provider.authorize({ parameters: { prompt: 'none' }, stepUp })
  const end = await frame(url).catch(async (refusal) => {
    // A frame cannot tell a provider that refuses from one that is out of reach, which signs nobody out,
    await provider.reach()
    if (!isRefusal(refusal)) throw refusal
    // nor from a network that changed just then.
    return frame(url)
  })
  const tokens = await provider.redeem(new URL(end).search, pending)
  if (tokens.claims.sub === before.claims.sub) return tokens
  void provider.revoke(tokens)
  throw new AuthError('login_required', 'Another person is signed in now. Call login().')
}
