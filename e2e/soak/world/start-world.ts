import { freePort } from '../../world/free-port.ts'
import { type Site, startSite } from '../../world/site.ts'
import { type Gateway, startGateway } from './gateway.ts'
import { type NotesApi, startNotesApi } from './notes-api.ts'
import { type ProviderProcess, startProviderProcess } from './provider-process.ts'

/** The app, the API, and the provider behind its gateway: all of one clock but the app. */
export interface SoakWorld {
  readonly site: Site
  readonly api: NotesApi
  readonly gateway: Gateway
  readonly provider: ProviderProcess
  readonly goTo: (time: number) => Promise<void>
  readonly close: () => Promise<void>
}

/** Whom the world tells of what should not come. */
interface Witnesses {
  readonly wrong: (at: number, what: string) => void
  /** With the age of a token, in milliseconds. */
  readonly expired: (age: number) => void
}

/** `lifetime` of tokens in seconds. */
export async function startWorld(
  page: 'plain' | 'shared-worker',
  lifetime: number,
  time: number,
  { wrong, expired }: Witnesses,
): Promise<SoakWorld> {
  const port = await freePort()
  const gateway = await startGateway(await freePort(), port, time, wrong)
  const api = await startNotesApi(`http://localhost:${port}/jwks`, gateway.issuer, time, expired)
  const site = await startSite(page, () => ({ issuer: gateway.issuer, api: api.url }))
  const provider = await startProviderProcess({
    issuer: gateway.issuer,
    port,
    appOrigin: site.origin,
    apiUrl: api.url,
    lifetime,
    time,
  })
  return {
    site,
    api,
    gateway,
    provider,
    async goTo(time) {
      await provider.tell({ time })
      api.goTo(time)
      gateway.goTo(time)
    },
    async close() {
      if (!gateway.isDead()) await gateway.kill()
      await Promise.all([site.close(), api.close(), provider.close()])
    },
  }
}
