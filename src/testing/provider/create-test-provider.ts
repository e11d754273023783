import { browserFetch } from './browser-fetch.ts'
import { preflightAnswer } from './cors.ts'
import { createFaults, createSlot, type Endpoint, type Faults, type Slot } from './faults.ts'
import { createGrants } from './grants.ts'
import { type Settings, type TestProviderOptions, type TestUser, withDefaults } from './options.ts'
import { createSecrets } from './secrets.ts'
import { answer, endpointOf } from './server.ts'
import { createSigningKeys, type SigningKeys } from './signing-keys.ts'
import type { Tampering } from './tampering.ts'
import { now, type World } from './world.ts'

/** A request that arrived, whatever was answered. */
export interface SeenRequest {
  readonly endpoint: Endpoint
  readonly request: Request
  readonly url: URL
  /** The body of a POST, read as a form. */
  readonly form: URLSearchParams
}

/** What a test sees of the provider, and how it tells it what to do. */
export interface TestProvider {
  /** The options, completed. */
  readonly settings: Settings
  /** `fetch` as a page of `https://app.example.com` has it. */
  readonly fetch: typeof fetch
  /** `fetch` as a page of another origin has it. */
  readonly fetchFrom: (origin: string) => typeof fetch
  /**
   * The provider and its API as a server: put it behind one, and a real browser can use it. Answers preflights, and the
   * authorization endpoint with a redirect for whoever is signed in. Rejects where the connection is to break.
   */
  readonly handle: (request: Request) => Promise<Response>
  /** Goes to a URL as a browser's address bar does, through redirects, until it leaves the provider; answers where it ends. */
  readonly visit: (url: string) => Promise<string>
  /** What was asked by `fetch` or through `handle`, in order. */
  readonly requests: readonly SeenRequest[]
  readonly requestsTo: (endpoint: Endpoint) => readonly SeenRequest[]
  readonly faults: Faults
  /** How the next ID tokens are to be wrong. */
  readonly idToken: Slot<Tampering>
  readonly keys: SigningKeys
  /** Every code, token, verifier, state and nonce that was seen or made: none of them may be found where it should not be. */
  readonly secrets: readonly string[]
  /** Somebody else sits at the provider; `undefined`: nobody is signed in there. */
  readonly signIn: (user: TestUser | undefined) => void
  /** Ends every session: refresh tokens are refused from now on, and access tokens at UserInfo. */
  readonly revokeEverything: () => void
  /** How often a spent code or refresh token was shown again. */
  readonly reuses: () => number
}

/** A whole OpenID provider with real keys and real checks, and an API that trusts it, behind one `fetch`. */
export function createTestProvider(options: TestProviderOptions = {}): TestProvider {
  const settings = withDefaults(options)
  const secrets = createSecrets()
  const world: World = {
    settings,
    secrets,
    keys: createSigningKeys(settings.algorithms, settings.algorithm),
    grants: createGrants(secrets),
    faults: createFaults(),
    idToken: createSlot(),
    user: settings.user,
    signedInAt: now(),
  }
  const requests: SeenRequest[] = []
  const serve = async (request: Request) => {
    const form = new URLSearchParams(request.method === 'POST' ? await request.clone().text() : '')
    requests.push({
      endpoint: endpointOf(world, request.url),
      request: request.clone(),
      url: new URL(request.url),
      form,
    })
    return answer(world, request)
  }
  const fetchFrom = (origin: string) => browserFetch(serve, origin)
  return {
    settings,
    fetch: fetchFrom('https://app.example.com'),
    fetchFrom,
    handle: async (request) => preflightAnswer(request) ?? serve(request),
    async visit(start) {
      let url = start
      while (['authorization', 'endSession'].includes(endpointOf(world, url))) {
        const response = await answer(world, new Request(url))
        const location = response.headers.get('location')
        if (!location) throw new Error(`The provider shows a page with ${await response.text()}`)
        url = location
      }
      return url
    },
    requests,
    requestsTo: (endpoint) => requests.filter((seen) => seen.endpoint === endpoint),
    faults: world.faults,
    idToken: world.idToken,
    keys: world.keys,
    secrets: secrets.all,
    signIn(user) {
      world.user = user
      world.signedInAt = now()
    },
    revokeEverything: world.grants.revokeAll,
    reuses: world.grants.reuses,
  }
}
