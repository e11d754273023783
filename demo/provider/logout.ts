import type { Context } from 'oidc-provider'
import { markup } from './html.ts'
import { logoutPage, signedOutPage } from './pages.ts'

/**
 * Who comes with an ID token of the very person that is signed in has pressed "Sign out" in the app: asking again would
 * be a nuisance. Anybody else could be a link on a stranger's page (OpenID Connect RP-Initiated Logout 1.0 section 2).
 */
export async function logOut(context: Context, form: string): Promise<void> {
  const { oidc } = context
  const accountId = oidc?.session?.accountId
  if (accountId !== undefined && oidc?.entities.IdTokenHint?.payload.sub === accountId) return endSession(context)
  context.body = logoutPage(markup(form), oidc?.client?.clientName)
}

export async function loggedOut(context: Context, appUrl: string): Promise<void> {
  context.type = 'html'
  context.body = signedOutPage(appUrl)
}

async function endSession(context: Context): Promise<void> {
  const { oidc } = context
  if (!oidc?.session) return
  const { provider, session } = oidc
  const { postLogoutRedirectUri, state } = session.state ?? {}
  const grants = Object.values(session.authorizations ?? {}).flatMap(({ grantId }) => grantId ?? [])
  await Promise.all(
    grants.flatMap((grant) => [
      provider.Grant.adapter.destroy(grant),
      provider.RefreshToken.revokeByGrantId(grant),
      provider.AuthorizationCode.revokeByGrantId(grant),
    ]),
  )
  await session.destroy()
  context.cookies.set(provider.cookieName('session'), null, { httpOnly: true, sameSite: 'lax' })
  const target = new URL(postLogoutRedirectUri ?? '/session/end/success', provider.issuer)
  if (postLogoutRedirectUri && state !== undefined) target.searchParams.set('state', state)
  context.status = 303
  context.redirect(target.href)
}
