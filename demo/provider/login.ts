import type { Context, Interaction, Provider } from 'oidc-provider'
import { readBody } from '../http/read-body.ts'
import { errorPage, loginPage } from './pages.ts'
import { personOf, personWith } from './people.ts'

/** Passed on in the tokens: how somebody proved who they are (OpenID Connect Core 2, RFC 8176). */
export const PASSWORD_ACR = 'urn:demo-id:password'

const INTERACTION = /^\/interaction\/[\w-]+$/

/** Asks people who they are, between the authorization request and its answer. */
export function askPeople(provider: Provider, appUrl: string) {
  return async (context: Context, next: () => Promise<void>) => {
    if (!INTERACTION.test(context.path)) return next()
    context.set('Cache-Control', 'no-store')
    context.type = 'html'
    const interaction = await provider.interactionDetails(context.req, context.res).catch(() => undefined)
    if (!interaction) {
      context.status = 400
      context.body = errorPage({ ...OVER, appUrl })
      return
    }
    if (interaction.prompt.name === 'consent') return finish({ consent: {} })
    if (context.method !== 'POST') return show(await formFor(interaction))

    const form = new URLSearchParams(await readBody(context.req, 'application/x-www-form-urlencoded'))
    if (form.get('action') === 'cancel') {
      return finish({ error: 'access_denied', error_description: 'The sign-in was cancelled.' })
    }
    const username = form.get('username') ?? ''
    const person = personWith(username, form.get('password') ?? '')
    if (person) return finish({ login: { accountId: person.id, acr: PASSWORD_ACR, amr: ['pwd'] } })
    return show({ ...(await formFor(interaction)), username, failed: true })

    function show(form: Parameters<typeof loginPage>[0]): void {
      context.body = loginPage(form)
    }

    async function finish(result: object): Promise<void> {
      const options = { mergeWithLastSubmission: true }
      const returnTo = await provider.interactionResult(context.req, context.res, result, options)
      context.status = 303
      context.redirect(returnTo)
    }
  }

  async function formFor({ params, session }: Interaction) {
    const client = await provider.Client.find(params.client_id)
    const again = session?.accountId === undefined ? undefined : personOf(session.accountId)
    const username = again?.id ?? (typeof params.login_hint === 'string' ? params.login_hint : undefined)
    return { app: client?.clientName ?? 'the app', ...(username && { username }), ...(again && { again }) }
  }
}

const OVER = {
  title: 'This sign-in is over',
  words: 'It was finished already, or left open for too long. Start again from Notes.',
  code: 'interaction_not_found',
}
