import { join } from 'node:path'
import { styleText } from 'node:util'
import { build, createServer, preview } from 'vite'
import { freePorts, type Ports, USUAL_PORTS } from './free-ports.ts'
import { PASSWORD, PEOPLE } from './provider/people.ts'
import { startServers } from './servers.ts'

const app = { configFile: join(import.meta.dirname, 'app/vite.config.ts'), logLevel: 'warn' } as const

const NAMES = [
  ['app', 'app'],
  ['api', 'API'],
  ['provider', 'provider'],
] as const

/** The whole demo, until Ctrl-C. `develop`: from the sources, with hot reload; `serve`: as it would ship. */
export async function start(mode: 'develop' | 'serve'): Promise<void> {
  const ports = await freePorts()
  const servers = await startServers({ ports })
  const { api, provider } = servers
  Object.assign(process.env, { DEMO_APP_PORT: `${ports.app}`, DEMO_API: api.url, DEMO_ISSUER: provider.url })
  const pages = mode === 'develop' ? await developApp() : await serveApp()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
  announce(ports, { app: `http://localhost:${ports.app}/`, api: api.url, provider: provider.url })

  async function stop(): Promise<void> {
    await Promise.all([pages.close(), servers.close()])
    process.exit(0)
  }
}

async function developApp() {
  return (await createServer(app)).listen()
}

async function serveApp() {
  console.log('Building the app…')
  // Whatever loaded this file may have said "development", and a build believes it.
  process.env.NODE_ENV = 'production'
  await build(app)
  return preview(app)
}

function announce(ports: Ports, urls: Readonly<Record<keyof Ports, string>>): void {
  const moved = NAMES.filter(([key]) => ports[key] !== USUAL_PORTS[key])
  const lines = [
    '',
    styled('bold', '  Notes is ready'),
    '',
    `  App       ${link(urls.app)}   in Vue: ${link(`${urls.app}vue.html`)}`,
    `  API       ${link(urls.api)}`,
    `  Provider  ${link(urls.provider)}`,
    '',
    `  Sign in as ${PEOPLE.map(({ id }) => styled('bold', id)).join(' or ')}, password ${styled('bold', PASSWORD)}.`,
    ...moved.map(([key, name]) => `  Port ${USUAL_PORTS[key]} is taken: the ${name} has moved to ${ports[key]}.`),
    '  Ctrl-C stops everything.',
    '',
  ]
  console.log(lines.join('\n'))
}

function link(url: string): string {
  return styled('cyan', url)
}

function styled(style: 'bold' | 'cyan', text: string): string {
  return process.stdout.isTTY && !process.env.NO_COLOR ? styleText(style, text) : text
}
