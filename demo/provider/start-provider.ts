import { Provider } from 'oidc-provider'
import { type Listening, listen } from '../http/listen.ts'
import { sendError } from '../http/send.ts'
import { serveAssets } from './assets.ts'
import { configurationFor, type ProviderOptions } from './configuration.ts'
import { serveDemo } from './demo-endpoints.ts'
import { createFaults, type Fault } from './faults.ts'
import { askPeople } from './login.ts'
import { createProtocolLog, type ProtocolLog } from './protocol-log.ts'

interface Options extends Omit<ProviderOptions, 'accessTokenSeconds'> {
  readonly port: number
  /** Default 60, so that refreshing can be watched. */
  readonly accessTokenSeconds?: number
  readonly log?: ProtocolLog
}

export interface RunningProvider {
  /** The issuer. */
  readonly url: string
  readonly close: Listening['close']
  readonly log: ProtocolLog
  readonly control: {
    /** Every protocol endpoint answers 503 for so many seconds, and says for how long; 0 ends that. */
    down(seconds: number): void
    /** For so many seconds; 0 ends it, whatever it is. */
    play(fault: Fault, seconds: number): void
  }
}

/** An OpenID provider for one demo: two people, two public clients, everything in memory. */
export async function startProvider(options: Options): Promise<RunningProvider> {
  const { port, appOrigins, apiUrl, accessTokenSeconds = 60, log = createProtocolLog() } = options
  const faults = createFaults(appOrigins)
  const headers = headersFor(appOrigins)
  const configurationOf = await configurationFor({ appOrigins, apiUrl, accessTokenSeconds })

  const { origin, close } = await listen(port, (issuer) => {
    const provider = new Provider(issuer, configurationOf(issuer))
    provider
      .use(log.write)
      .use(faults.play)
      .use(askPeople(provider, `${appOrigins[0]}/`))
    provider.on('server_error', (_context, error) => console.error(error))
    const answer = provider.callback()
    return async (request, response) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
      try {
        const own = serveAssets(request, response) || (await serveDemo(request, response, { appOrigins, log, faults }))
        if (!own) answer(request, response)
      } catch (error) {
        sendError(response, error)
      }
    }
  })
  return {
    url: origin,
    close,
    log,
    control: { down: (seconds) => faults.begin('maintenance', seconds), play: faults.begin },
  }
}

/** `form-action` names the apps too: the answer to the sign-in form leads back to one of them. */
function headersFor(appOrigins: readonly string[]) {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `form-action 'self' ${appOrigins.join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]
  return {
    'Content-Security-Policy': policy.join('; '),
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  }
}
