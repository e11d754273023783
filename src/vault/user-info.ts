import { AuthError } from '../contract/auth-error.ts'
import type { AuthState, User } from '../contract/auth-state.ts'
import type { Vault } from '../contract/vault.ts'
import type { Provider } from '../provider/create-provider.ts'
import { createHttp } from '../provider/http.ts'
import { readUserInfo } from '../provider/user-info.ts'
import type { SessionKeeper } from './session.ts'

/** Asked with the access token. Of the person who is signed in when the answer comes, and of nobody else. */
export async function askUserInfo(
  provider: Pick<Provider, 'server'>,
  authorizedFetch: Vault['fetch'],
  timeout: number,
  gone: AbortSignal,
  state: () => AuthState,
  over: SessionKeeper['over'],
): Promise<User> {
  const { userinfo_endpoint } = await provider.server()
  const fetch: typeof globalThis.fetch = (url, init) => authorizedFetch(new Request(url, init), 'repeatable')
  const user = await readUserInfo(userinfo_endpoint, createHttp(fetch, timeout, gone))
  const now = state()
  if (now.status !== 'signed-in') throw over()
  // OpenID Connect Core 5.3.2. Who signed in meanwhile is not the one who was asked about.
  if (user.sub !== now.session.user.sub)
    throw new AuthError('token_invalid', 'The UserInfo endpoint speaks of somebody else.')
  return user
}
