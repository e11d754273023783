import { createRemoteJWKSet, customFetch } from 'jose'

const HALF_A_MINUTE = 30_000
const FIVE_SECONDS = 5000

/**
 * The keys that the provider signs with. One that is not known is looked for once in half a minute, and while they cannot
 * be read, once in five seconds: whoever sends tokens does not decide how often the provider is asked.
 */
export function createProviderKeys(issuer: string) {
  let notBefore = 0
  return createRemoteJWKSet(new URL('/jwks', issuer), {
    cooldownDuration: HALF_A_MINUTE,
    async [customFetch](url, options) {
      if (Date.now() < notBefore) throw new Error('The keys were asked for a moment ago.')
      notBefore = Date.now() + FIVE_SECONDS
      return fetch(url, options)
    },
  })
}
