import { AuthError } from '../contract/auth-error.ts'
import type { Settings } from '../provider/settings.ts'
import { checkApiUrl } from './api-urls.ts'
import type { SessionKeeper } from './session.ts'

/** The access token itself, for what no `fetch` can send, where the app has asked to have it. */
export async function bareToken(settings: Settings, url: string, pass: SessionKeeper['pass']): Promise<string> {
  if (!settings.exposeAccessToken)
    throw new AuthError('configuration', 'The vault hands out no token: set `exposeAccessToken` there.')
  checkApiUrl(settings.apis, url)
  return (await pass()).accessToken
}
