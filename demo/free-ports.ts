import { createServer } from 'node:net'

export interface Ports {
  readonly app: number
  readonly api: number
  readonly provider: number
}

export const USUAL_PORTS: Ports = { app: 5170, api: 5171, provider: 5172 }

/** The usual ports, or the next free ones for those that are taken. */
export async function freePorts(): Promise<Ports> {
  const app = await freePortFrom(USUAL_PORTS.app, [USUAL_PORTS.api, USUAL_PORTS.provider])
  const api = await freePortFrom(USUAL_PORTS.api, [app, USUAL_PORTS.provider])
  const provider = await freePortFrom(USUAL_PORTS.provider, [app, api])
  return { app, api, provider }
}

async function freePortFrom(first: number, reserved: readonly number[]): Promise<number> {
  for (let port = first; port < first + 100; port += 1) {
    if (!reserved.includes(port) && (await isFree(port))) return port
  }
  throw new Error(`No free port from ${first} to ${first + 99}.`)
}

/** On both of the addresses that `localhost` can mean: whoever holds the other would be sent half of the requests. */
async function isFree(port: number): Promise<boolean> {
  return (await isFreeAt(port, '127.0.0.1')) && (await isFreeAt(port, '::1'))
}

function isFreeAt(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    // A machine without IPv6 has nobody there either.
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code !== 'EADDRINUSE' && error.code !== 'EACCES'),
    )
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
}
