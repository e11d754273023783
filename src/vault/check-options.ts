import { AuthError } from '../contract/auth-error.ts'
import type { AuthOptions } from '../contract/options.ts'
import type { RestoreStep } from '../contract/vault.ts'
import { ownProperties } from '../own-properties.ts'
import { isOwnUrl } from '../own-url.ts'
import { checkedParameters } from '../provider/authorization-url.ts'
import { scopesOf } from '../provider/scopes.ts'
import { secureUrl } from '../provider/secure-url.ts'
import type { Settings } from '../provider/settings.ts'

const STEPS: readonly RestoreStep[] = ['frame', 'redirect']
const SECURE = 'needs an https URL without query or fragment (http only on loopback)'

/** Everything that can be known to be wrong is said here, before anything is sent. `home` is where the app runs. */
export function checkOptions(options: AuthOptions, home: string | undefined): Settings {
  const {
    issuer,
    clientId,
    apis = [],
    scope = 'profile email',
    redirectUri = '/',
    postLogoutRedirectUri = redirectUri,
    parameters,
    metadata,
    clockTolerance = 300,
    timeout = 10_000,
    patience = 5_000,
    restore,
    keepSession,
    exposeAccessToken,
    fetch = globalThis.fetch.bind(globalThis),
    ...unknown
  } = ownProperties(options)

  // A client secret is none of the known ones: a browser cannot keep it (RFC 6749 2.1).
  const [stranger = ''] = Object.keys(unknown)
  check(!stranger, stranger, 'is unknown: leave it out')
  check(plain(secureUrl(issuer)), 'issuer', SECURE)
  check(clientId && typeof clientId === 'string', 'clientId', 'is missing')
  checkRange('clockTolerance', clockTolerance, 0, 600)
  checkRange('timeout', timeout, 1, 600_000)
  checkRange('patience', patience, 0, 600_000)
  check(typeof fetch === 'function', 'fetch', 'must be a function')
  check(typeof (metadata ?? {}) === 'object' && !Array.isArray(metadata), 'metadata', 'must be an object')
  check(Array.isArray(apis), 'apis', 'must be a list')
  check(!keepSession || typeof keepSession === 'function', 'keepSession', 'must be what `latchkey/persist` makes')
  check(
    !restore || (Array.isArray(restore) && restore.every((step) => STEPS.includes(step))),
    'restore',
    'lists frame and redirect',
  )

  const ownApis = apis.map(ownProperties)
  return {
    issuer: issuer as string,
    clientId: clientId as string,
    clockTolerance,
    timeout,
    patience,
    fetch,
    apis: ownApis.map((api) => {
      const url = secureUrl(api.url)
      check(url && plain(url), 'apis', SECURE)
      return url as URL
    }),
    scope: scopesOf('openid', scope, ...ownApis.map((api) => api.scope)),
    resources: [...new Set(ownApis.flatMap(({ resource }) => resource ?? []))].map((resource) => {
      check(
        typeof resource === 'string' && URL.canParse(resource) && !resource.includes('#'),
        'apis',
        'needs an absolute URI as resource',
      )
      return resource
    }),
    redirectUri: ownPage('redirectUri', redirectUri, home),
    postLogoutRedirectUri: ownPage('postLogoutRedirectUri', postLogoutRedirectUri, home),
    parameters: checkedParameters({ ...parameters }),
    restore,
    keepSession,
    exposeAccessToken: exposeAccessToken === true,
    metadata,
  }
}

/** A page of this origin, as an absolute URL. Rendered on a server there is no origin yet, and nobody to send anywhere. */
function ownPage(name: string, value: string, home: string | undefined): string {
  if (home === undefined) return value
  check(isOwnUrl(value, home) && !value.includes('#'), name, 'must be a page of this origin')
  return new URL(value, home).href
}

const plain = (url: URL | undefined) => url && !/[?#*]/.test(url.href)

function checkRange(option: string, value: unknown, from: number, to: number) {
  check(typeof value === 'number' && value >= from && value <= to, option, `must be ${from} to ${to}`)
}

function check(holds: unknown, option: string, rule: string) {
  if (!holds) throw new AuthError('configuration', `Option \`${option}\` ${rule}.`)
}
