import { AuthError } from '../contract/auth-error.ts'
import type { User } from '../contract/auth-state.ts'
import type { Http } from './http.ts'
import { userJsonOf, userOf } from './id-token.ts'

/** What the UserInfo endpoint says (OpenID Connect Core 5.3). */
export async function readUserInfo(url: string | undefined, http: Http): Promise<User> {
  if (!url) throw new AuthError('configuration', 'This provider has no UserInfo endpoint.')
  const { status, json } = await http(url)
  try {
    if (status === 200 && json) return userOf(userJsonOf(json))
  } catch {
    // Nested beyond all measure.
  }
  throw new AuthError('provider_invalid', `The UserInfo endpoint answered ${status} without usable claims.`)
}
