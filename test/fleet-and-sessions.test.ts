// @vitest-environment node
import { setImmediate as immediate } from 'node:timers/promises'
import type { AuthState, TokenAuth } from 'latchkey'
import { answers, asksToWait, createTestBrowser, createTestProvider, type Fault } from 'latchkey/testing'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createFleet } from '../scripts/simulate-fleet/fleet.ts'
import { createRandom } from '../scripts/simulate-fleet/seeded-random.ts'
import { AuthError } from '../src/contract/auth-error.ts'
import { useFakeClock } from './clock.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const TEN_MINUTES = 600
const END = 45 * MINUTE

/** Nobody is answered for ten minutes; for five more they are in every other half minute, and the rest are told to wait. */
function troubleAt(now: number): 'down' | 'busy' | 'none' {
  if (now < 15 * MINUTE || now >= 30 * MINUTE) return 'none'
  if (now < 25 * MINUTE) return 'down'
  return now % MINUTE < MINUTE / 2 ? 'busy' : 'none'
}

interface Event {
  readonly at: number
  readonly kind: 'use' | 'wake'
}

/** In milliseconds after the sign-in. */
interface Life {
  /** When it asked the provider for tokens. */
  readonly asked: number[]
  /** When a call was refused, since the token was over. */
  readonly refused: number[]
}

/** What a person does in the page: in the mean so often, at moments that the dice choose. */
function storyOf(session: number, mean: number): Event[] {
  const random = createRandom(-session)
  const next = () => Math.ceil(-Math.log(1 - random()) * mean)
  const story: Event[] = []
  for (let at = next(); at < END; at += next()) story.push({ at, kind: random() < 0.7 ? 'use' : 'wake' })
  return story
}

const throwDice = (session: number) => vi.spyOn(Math, 'random').mockImplementation(createRandom(session))

function simulated(session: number, story: readonly Event[]): Life {
  const asked: number[] = []
  const refused: number[] = []
  const errors = {
    down: new AuthError('network', 'The provider answered 503.'),
    busy: new AuthError('network', 'The provider answered 429.', { retryAfter: 30 * SECOND }),
    none: undefined,
  }
  const provider = (now: number) => {
    asked.push(now)
    return errors[troubleAt(now)]
  }
  const until = (at: number) => {
    while (fleet.dueAt(0) <= at) fleet.renew(0, fleet.dueAt(0))
  }
  throwDice(session)
  const fleet = createFleet(1, TEN_MINUTES, provider, () => {})
  fleet.signIn(0, 0)
  for (const { at, kind } of story) {
    until(at)
    if (kind === 'wake') fleet.wake(0, at)
    else if (!fleet.use(0, at)) refused.push(at)
  }
  until(END)
  return { asked, refused }
}

/** The library itself, in a page of its own, on a fake clock. */
async function real(session: number, story: readonly Event[]): Promise<Life> {
  const asked: number[] = []
  const refused: number[] = []
  const provider = createTestProvider({ lifetime: TEN_MINUTES, algorithm: 'ES256' })
  const browser = createTestBrowser(provider)
  throwDice(session)
  const begun = Date.now()
  const now = () => Date.now() - begun
  const fetch: typeof globalThis.fetch = (input, init) => {
    if (String(input).endsWith('/token')) asked.push(now())
    return provider.fetch(input, init)
  }
  const options = { fetch, patience: 0, restore: [], exposeAccessToken: true } as const
  const auth = (await browser.signIn(options)) as TokenAuth
  const normally: Fault = (_, normally) => normally()
  const faults = { down: answers(503), busy: asksToWait(30), none: normally }
  provider.faults.token.always((...request) => faults[troubleAt(now())](...request))

  let outcomes = asked.length
  const look = (state: AuthState) => {
    if (state.status !== 'signed-in' || state.renewal.status !== 'refreshing') outcomes += 1
  }
  auth.subscribe(look, { silent: true })
  const settled = async () => {
    do await immediate()
    while (outcomes < asked.length)
  }
  const until = async (at: number) => {
    const bell = setTimeout(() => {}, at - now())
    for (; now() < at; await settled()) vi.advanceTimersToNextTimer()
    clearTimeout(bell)
  }
  for (const { at, kind } of story) {
    await until(at)
    if (kind === 'wake') browser.wake()
    else await auth.accessToken(provider.settings.api).catch(() => refused.push(at))
    await settled()
  }
  await until(END)
  browser.close()
  return { asked: asked.slice(1), refused }
}

beforeEach(() => useFakeClock())
afterEach(() => void vi.useRealTimers())

it.each([
  ['every minute', MINUTE],
  ['every five minutes', 5 * MINUTE],
  ['every twenty minutes', 20 * MINUTE],
  ['never', Infinity],
])('G11, C23 a session that is used %s asks when the simulated one with the same dice does', async (_, mean) => {
  const troubles = new Set<string>()
  for (let session = 1; session <= 6; session += 1) {
    const story = storyOf(session, mean)
    const model = simulated(session, story)
    const { asked, refused } = await real(session, story)
    // A timer has whole milliseconds.
    expect(asked).toEqual(model.asked.map((at) => expect.closeTo(at, -2)))
    expect(refused).toEqual(model.refused)
    for (const at of asked) troubles.add(troubleAt(at))
  }
  expect(troubles).toEqual(new Set(['none', 'down', 'busy']))
})
