import { AuthError } from '../contract/auth-error.ts'
import { forgetMatch, hasForm } from '../secret-text.ts'
import { trying } from '../trying.ts'

const NEEDS_THE_PERSON = /^(login|interaction|consent|account_selection)_required$/
/** What gateways say in front of a provider, too. */
const PASSES = /unavailable|server_error|slow_down|too_many|rate_limit|timeout/
const LONG_AND_OPAQUE = /[\w~+/.=%-]{20,}/g

/**
 * Answers what an OAuth error means for an app (RFC 6749 4.1.2.1 and 5.2, OpenID Connect Core 3.1.2.6). Some providers repeat in it
 * what they were shown: the secrets of this exchange are taken out, and what looks like one.
 */
export function providerError(code: unknown, description: unknown, secrets: readonly string[]): AuthError {
  const error = hasForm(/^[a-z_]{1,50}$/, code) && !secrets.includes(code) ? code : 'unknown_error'
  let said = typeof description === 'string' ? description : undefined
  for (const spelling of secrets.filter(Boolean).flatMap(spellingsOf)) said = said?.replaceAll(spelling, '…')
  said = said?.replace(LONG_AND_OPAQUE, '…').slice(0, 300)
  forgetMatch()
  const provider = { error, description: said }
  if (NEEDS_THE_PERSON.test(error))
    return new AuthError('login_required', `The provider must see the person (${error}). Call login().`, { provider })
  return new AuthError(PASSES.test(error) ? 'network' : 'provider_error', `The provider answered ${error}.`, {
    provider,
  })
}

/** As it is, and as it is written in URLs, where that can be, and in forms. */
const spellingsOf = (secret: string): string[] => [
  secret,
  `${new URLSearchParams([['', secret]])}`.slice(1),
  trying(() => encodeURIComponent(secret)) ?? secret,
]
