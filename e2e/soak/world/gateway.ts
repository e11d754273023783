import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout } from 'node:timers/promises'
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
  /** What the requests are about that are held back, and when the first of them goes on, in milliseconds since 1970. */
  readonly held: () => readonly string[]
  readonly nextRelease: () => number
  /** Whether there are others than those. */
  readonly isBusy: () => boolean
  readonly goTo: (time: number) => void
  /** Lets go on what has been held back for long enough. */
  readonly release: () => void
  /** Whoever waits for an answer waits in vain. */
  readonly hangUp: () => Promise<void>
  /** Nobody listens at the provider's port. */
  readonly kill: () => Promise<void>
  readonly revive: () => Promise<void>
  readonly isDead: () => boolean
}

const ONE_SECOND = 1_000

/** Calls `wrong` when a refresh token comes that should not. */
export async function startGateway(
  port: number,
  provider: number,
  start: number,
  wrong: (at: number, what: string) => void,
): Promise<Gateway> {
  let now = start
  let isDead = true
  const open = new Set<Promise<void>>()
  /** What was cut off, and when. */
  const cut = new Map<string, number>()
  const held = new Map<() => void, { readonly until: number; readonly own: string }>()
  /** Resolve when they are over: whether whoever had asked has given it up. */
  const underWay = new Map<string, Promise<boolean>>()
  const delivered = new Set<string>()
  const server = createServer((incoming, outgoing) => {
    const exchange = serve(incoming, outgoing).finally(() => open.delete(exchange))
    open.add(exchange)
  })

  const gateway: Gateway = {
    issuer: `http://localhost:${port}`,
    always: undefined,
    next: [],
    played: [],
    held: () => [...held.values()].map(({ own }) => own),
    nextRelease: () => Math.min(...[...held.values()].map(({ until }) => until)),
    isBusy: () => open.size > held.size,
    goTo(time) {
      now = time
    },
    release() {
      for (const [release, { until }] of held) if (until <= now) release()
    },
    async hangUp() {
      for (const own of underWay.keys()) cut.set(own, now)
      server.closeAllConnections()
      // Until it is known here, it looks as if they were held back.
      await Promise.all(open)
    },
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
    /** Here, and not by whoever asks. */
    let isEnded = false
    const over = new Promise<boolean>((resolve) => outgoing.once('close', () => resolve(!isEnded)))
    try {
      const body = await bodyOf(incoming)
      const isForTokens = incoming.url === '/token' && incoming.method === 'POST'
      const form = new URLSearchParams(isForTokens ? body.toString() : '')
      const own = form.get('refresh_token') ?? form.get('code') ?? ''
      // The browser itself repeats what was cut off on a connection that it had opened early, before anybody knows of it.
      if (own && cut.get(own) === now) return void outgoing.destroy()
      if (await isUnderWay(own)) wrong(now, 'a refresh token was sent while it was under way')
      const fault = (isForTokens ? gateway.next.shift() : undefined) ?? gateway.always
      if (isForTokens && fault) gateway.played.push({ at: now, name: fault.name })
      const { answer, breakOff } = answerWith(outgoing, {
        'access-control-allow-origin': incoming.headers.origin ?? '*',
        'access-control-expose-headers': 'Retry-After, Played',
        'cache-control': 'no-store',
        ...(fault && { played: fault.name }),
      })
      const exchange: Exchange = {
        now,
        forward: () => forwardTo(provider, incoming, body),
        hold: (milliseconds) => hold(own, milliseconds, outgoing),
        answer(whole) {
          isEnded = true
          answer(whole)
        },
        breakOff(half) {
          isEnded = true
          // Whoever has gone was not cut off.
          if (!half && !outgoing.destroyed) cut.set(own, now)
          breakOff(half)
        },
      }
      const spent = own && spend(own, over)
      if (fault) await fault.play(exchange)
      else exchange.answer(await exchange.forward())
      await over
      if (spent) spent(!fault?.fails && outgoing.statusCode === 200 && outgoing.writableFinished)
    } catch (error) {
      // Whoever went away in the middle of asking.
      if (!outgoing.destroyed) throw error
    } finally {
      await over
    }
  }

  /** Who asks anew where nobody has answered may be heard before it is known that the first attempt was given up. */
  async function isUnderWay(own: string): Promise<boolean> {
    const before = underWay.get(own)
    if (!before) return false
    return !(await Promise.race([before, setTimeout(ONE_SECOND, false)]))
  }

  /** Answers how to tell that it was answered, and whether with another. */
  function spend(own: string, over: Promise<boolean>): (isDelivered: boolean) => void {
    if (delivered.has(own)) wrong(now, 'a refresh token was sent again whose successor had arrived')
    underWay.set(own, over)
    return (isDelivered) => {
      if (underWay.get(own) === over) underWay.delete(own)
      if (isDelivered) delivered.add(own)
    }
  }

  function hold(own: string, milliseconds: number, outgoing: ServerResponse): Promise<void> {
    return new Promise((resolve) => {
      if (outgoing.destroyed) return resolve()
      const release = () => {
        held.delete(release)
        resolve()
      }
      held.set(release, { until: now + milliseconds, own })
      outgoing.once('close', release)
    })
  }
}
