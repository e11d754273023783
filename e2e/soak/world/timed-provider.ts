import { Provider } from 'oidc-provider'
import { listen } from '../../../demo/http/listen.ts'
import { configurationFor } from '../../../demo/provider/configuration.ts'
import { askPeople } from '../../../demo/provider/login.ts'
import { createSigningKey } from '../../../demo/provider/signing-key.ts'

export interface TimedProviderOptions {
  readonly issuer: string
  readonly port: number
  readonly appOrigin: string
  readonly apiUrl: string
  readonly lifetime: number
  readonly time: number
}

/** `time` sets the clock; `rotate` brings a new signing key, and the last one stays published, or it does not. */
export type Wish = { readonly time: number } | { readonly rotate: 'published' | 'withdrawn' }

const DAY = 24 * 60 * 60
const YEAR = 365 * DAY

/** The provider of the demo with sessions that outlast the soak. Answers how it is told what to do. */
export async function startTimedProvider(options: TimedProviderOptions): Promise<(wish: Wish) => Promise<void>> {
  const { issuer, port, appOrigin, apiUrl, lifetime } = options
  let { time } = options
  const RealDate = Date
  globalThis.Date = class extends RealDate {
    constructor(...given: readonly unknown[]) {
      super(...((given.length ? given : [time]) as [number]))
    }
    static override now = () => time
  } as DateConstructor

  const usual = (await configurationFor({ appOrigins: [appOrigin], apiUrl, accessTokenSeconds: lifetime }))(issuer)
  const memories = new Map<string, ReturnType<typeof usual.adapter>>()
  const adapter = (kind: string) => {
    const memory = memories.get(kind) ?? usual.adapter(kind)
    memories.set(kind, memory)
    return memory
  }
  const ttl = { ...usual.ttl, Session: YEAR, Grant: YEAR, RefreshToken: DAY }
  let { keys } = usual.jwks
  const answerOf = () => {
    const provider = new Provider(issuer, { ...usual, adapter, ttl, jwks: { keys } })
    provider.use(askPeople(provider, `${appOrigin}/`))
    provider.on('server_error', (_context, error) => console.error(error))
    return provider.callback()
  }
  let answer = answerOf()
  await listen(port, () => (request, response) => answer(request, response))

  return async (wish) => {
    if ('time' in wish) {
      time = wish.time
      return
    }
    const last = wish.rotate === 'published' ? keys.slice(0, 1) : []
    keys = [await createSigningKey(), ...last]
    answer = answerOf()
  }
}
