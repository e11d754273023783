import { AuthError } from '../contract/auth-error.ts'
import type { AuthOptions } from '../contract/options.ts'
import { isOwnUrl } from '../own-url.ts'
import { checkedParameters } from '../provider/authorization-url.ts'
import { secureUrl } from '../provider/secure-url.ts'
import type { Settings } from '../provider/settings.ts'

const SECURE = 'must be an https URL without query or fragment (http only on loopback)'

/** Everything that can be known to be wrong is said here, before anything is sent. `home` is where the app runs. */
export function checkOptions(options: AuthOptions, home: string | undefined): Settings {
  // Own properties only: what another script puts on Object.prototype is no option.
  const own: Partial<AuthOptions> = Object.assign(Object.create(null), options)
  const { issuer, clientId, apis = [], scope = 'profile email', redirectUri = '/', metadata, ...rest } = own
  const { postLogoutRedirectUri = redirectUri, parameters, clockTolerance = 300, timeout = 10_000, ...more } = rest
  const { fetch = globalThis.fetch.bind(globalThis), ...unknown } = more

  for (const name of Object.keys(unknown))
    check(false, name, /secret/i.test(name) ? 'cannot be kept in a browser' : 'is not known')
  check(plain(secureUrl(issuer)), 'issuer', SECURE)
  check(clientId && typeof clientId === 'string', 'clientId', 'is missing')
  check(clockTolerance >= 0 && clockTolerance <= 600, 'clockTolerance', 'must be 0 to 600 seconds')
  check(timeout > 0 && timeout < 2 ** 31, 'timeout', 'must be milliseconds above 0')
  check(Array.isArray(apis), 'apis', 'must be a list')

  return {
    issuer: issuer as string,
    clientId: clientId as string,
    clockTolerance,
    timeout,
    fetch,
    apis: apis.map((api) => {
      const url = secureUrl(api?.url)
      check(url && plain(url), 'apis', `needs a url each, which ${SECURE}`)
      return url as URL
    }),
    scope: [...new Set(['openid', ...words(scope), ...apis.flatMap((api) => words(api.scope))])],
    resources: [...new Set(apis.flatMap(({ resource }) => resource ?? []))].map((resource) => {
      check(URL.canParse(resource) && !resource.includes('#'), 'resource', 'must be an absolute URI without fragment')
      return resource
    }),
    redirectUri: ownPage('redirectUri', redirectUri, home),
    postLogoutRedirectUri: ownPage('postLogoutRedirectUri', postLogoutRedirectUri, home),
    parameters: checkedParameters({ ...parameters }),
    metadata,
  }
}

/** A page of this origin, as an absolute URL. Rendered on a server there is no origin yet, and nobody to send anywhere. */
function ownPage(name: string, value: string, home: string | undefined): string {
  if (home === undefined) return value
  check(isOwnUrl(value, home) && !value.includes('#'), name, 'must be a page of this origin without fragment')
  return new URL(value, home).href
}

function words(value: unknown = []): string[] {
  const text = Array.isArray(value) ? value.join(' ') : value
  check(typeof text === 'string', 'scope', 'must be text or a list of texts')
  return String(text).split(/\s+/).filter(Boolean)
}

const plain = (url: URL | undefined) => url && !/[?#]/.test(url.href)

function check(holds: unknown, option: string, rule: string) {
  if (!holds) throw new AuthError('configuration', `Option \`${option}\` ${rule}.`)
}
