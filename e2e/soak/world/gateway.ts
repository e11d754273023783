import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { answerWith, bodyOf, type Exchange, forwardTo } from './exchange.ts'
import type { Fault } from './faults.ts'

/** Stands in front of the provider, under its name, and plays the faults. */
export interface Gateway {
  readonly issuer: string
  /** What every request meets. */
  always: Fault | undefined
  /** What the next requests for tokens meet. */
  readonly next: Fault[]
  /** The name of every fault that a request for tokens met, with the time. */
  readonly played: { readonly at: number; readonly name: string }[]
  /** How many requests are held back, and when the first of them goes on, in milliseconds since 1970. */
  readonly held: () => number
  readonly nextRelease: () => number
  readonly goTo: (time: number) => void
  /** Whoever waits for an answer waits in vain. */
  readonly hangUp: () => void
  /** Nobody listens at the provider's port. */
  readonly kill: () => Promise<void>
  readonly revive: () => Promise<void>
  readonly isDead: () => boolean
}

/** Calls `wrong` when a refresh token comes that should not. */
export async function startGateway(
  port: number,
  provider: number,
  start: number,
  wrong: (at: number, what: string) => void,
): Promise<Gateway> {
  let now = start
  let isDead = true
  const held = new Map<() => void, number>()
  const underWay = new Set<string>()
  const delivered = new Set<string>()
  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing))

  const gateway: Gateway = {
    issuer: `http://localhost:${port}`,
    always: undefined,
    next: [],
    played: [],
    held: () => held.size,
    nextRelease: () => Math.min(...held.values()),
    goTo(time) {
      now = time
      for (const [release, until] of held) if (until <= now) release()
    },
    hangUp: () => server.closeAllConnections(),
    async kill() {
      isDead = true
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
    async revive() {
      isDead = false
      await new Promise<void>((resolve) => server.listen(port, 'localhost', resolve))
    },
    isDead: () => isDead,
  }
  await gateway.revive()
  return gateway

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    // On a connection of its own no request is repeated by the browser.
    outgoing.shouldKeepAlive = false
    const body = await bodyOf(incoming)
    if (incoming.url !== '/token' || incoming.method !== 'POST') return play(gateway.always, incoming, outgoing, body)

    const fault = gateway.next.shift() ?? gateway.always
    if (fault) gateway.played.push({ at: now, name: fault.name })
    const refreshToken = new URLSearchParams(body.toString()).get('refresh_token') ?? ''
    if (underWay.has(refreshToken)) wrong(now, 'a refresh token was sent while it was under way')
    if (delivered.has(refreshToken)) wrong(now, 'a refresh token was sent again whose successor had arrived')
    if (refreshToken) underWay.add(refreshToken)
    await play(fault, incoming, outgoing, body)
    underWay.delete(refreshToken)
    if (refreshToken && !fault?.fails && outgoing.statusCode === 200 && outgoing.writableFinished)
      delivered.add(refreshToken)
  }

  async function play(fault: Fault | undefined, incoming: IncomingMessage, outgoing: ServerResponse, body: Buffer) {
    const exchange: Exchange = {
      now,
      forward: () => forwardTo(provider, incoming, body),
      hold: (milliseconds) => hold(milliseconds, outgoing),
      ...answerWith(outgoing, {
        'access-control-allow-origin': incoming.headers.origin ?? '*',
        'access-control-expose-headers': 'Retry-After, Played',
        'cache-control': 'no-store',
        ...(fault && { played: fault.name }),
      }),
    }
    const over = new Promise((resolve) => outgoing.once('close', resolve))
    if (fault) await fault.play(exchange)
    else exchange.answer(await exchange.forward())
    await over
  }

  function hold(milliseconds: number, outgoing: ServerResponse): Promise<void> {
    return new Promise((resolve) => {
      const release = () => {
        held.delete(release)
        resolve()
      }
      held.set(release, now + milliseconds)
      outgoing.once('close', release)
    })
  }
}
