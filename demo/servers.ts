import { type RunningApi, startApi } from './api/start-api.ts'
import { type Ports, USUAL_PORTS } from './free-ports.ts'
import { type RunningProvider, startProvider } from './provider/start-provider.ts'

interface Options {
  /** Where the two listen, and where the app does that they are for. */
  readonly ports?: Ports
  /** Default: `localhost` at the app's port. Each gets its own redirect URIs. */
  readonly appOrigins?: readonly string[]
  /** Default 60. */
  readonly accessTokenSeconds?: number
}

export interface Servers {
  readonly api: RunningApi
  readonly provider: RunningProvider
  readonly close: () => Promise<void>
}

/** The provider and the API, made for each other and for the app. */
export async function startServers({ ports = USUAL_PORTS, appOrigins, ...options }: Options = {}): Promise<Servers> {
  const apps = appOrigins ?? [`http://localhost:${ports.app}`]
  const apiUrl = `http://localhost:${ports.api}/`
  const provider = await startProvider({ port: ports.provider, appOrigins: apps, apiUrl, ...options })
  const api = await startApi({ port: ports.api, issuer: provider.url, appOrigins: apps, url: apiUrl })
  return {
    api,
    provider,
    close: async () => void (await Promise.all([api.close(), provider.close()])),
  }
}
