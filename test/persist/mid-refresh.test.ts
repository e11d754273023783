// @vitest-environment node
import type { RestoreStep } from 'latchkey'
import { type Fault, held } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API } from '../api-calls.ts'
import { reloaded, returning } from '../browser.ts'
import { settled, sleep, until } from '../clock.ts'
import { LOST, withGrace } from '../failures/lost.ts'
import { refreshesAt } from '../refreshing.ts'
import { type Keeping, keptIn, keptSession, withFrames } from './keeping.ts'

/** Spends the refresh token, and answers nobody. */
const strict: Fault = LOST['an answer that comes too late']
/** The same, but whoever shows it again gets the same answer. */
const withAMinuteOfGrace = () => withGrace(60_000, strict)

interface Crash {
  readonly provider?: Fault
  readonly frames: 'the provider answers' | 'nobody answers'
  readonly restore: readonly RestoreStep[]
}

/** The page is gone while the answer is on its way; its note says that somebody is spending the refresh token. */
async function reloadedInMidRefresh({ provider = strict, frames, restore }: Crash): Promise<Keeping> {
  const stage = await keptSession({ options: { restore } })
  if (frames === 'the provider answers') withFrames(stage)
  const token = held()
  stage.provider.faults.token.once(async (request, normally) => {
    await token(request, async () => new Response())
    return provider(request, normally)
  })
  sleep(601_000)
  stage.tab.focus()
  stage.auth.authFetch(API).catch(() => {})
  await token.asked
  token.release()
  await settled()
  expect(keptIn(stage)).toMatchObject({ spender: expect.any(String) })
  if (provider !== strict) stage.provider.faults.token.always(provider)
  return { ...reloaded(stage), store: stage.store }
}

const isSilent = (url = '') => new URL(url).searchParams.get('prompt') === 'none'

async function expectSignedIn({ auth }: Keeping) {
  expect(await auth.start()).toMatchObject({ status: 'signed-in', session: { user: { sub: 'ada' } } })
  expect(await (await auth.authFetch(API)).json()).toMatchObject({ sub: 'ada' })
}

describe('G17 A kept session whose page is gone in mid-refresh', () => {
  it.each<[string, Fault, readonly RestoreStep[]]>([
    ['a strict provider', strict, ['frame']],
    ['a strict provider', strict, ['frame', 'redirect']],
    ['a strict provider', strict, []],
    ['a period of grace', withAMinuteOfGrace(), ['frame']],
  ])('with %s is found in a frame, and no refresh token is shown again', async (_, provider, restore) => {
    const stage = await reloadedInMidRefresh({ provider, restore, frames: 'the provider answers' })
    await expectSignedIn(stage)
    expect(stage.tab.departures).toHaveLength(1)
    expect(refreshesAt(stage)).toHaveLength(1)
    expect(stage.provider.reuses()).toBe(0)
    expect(keptIn(stage)).not.toHaveProperty('spender')
    const asked = stage.provider.requests.length
    const next: Keeping = { ...reloaded(stage), store: stage.store }
    expect(await next.auth.start()).toMatchObject({ status: 'signed-in' })
    expect(stage.provider.requests).toHaveLength(asked)
  })

  it.each<[readonly RestoreStep[]]>([[['redirect']], [['frame', 'redirect']]])(
    'is found by one redirect where no frame helps: %j',
    async (restore) => {
      const stage = await reloadedInMidRefresh({ restore, frames: 'nobody answers' })
      void stage.auth.start()
      await until(() => stage.tab.departures.length === 2)
      expect(stage.tab.departures.map(isSilent)).toEqual([false, true])
      const back: Keeping = { ...(await returning(stage)), store: stage.store }
      await expectSignedIn(back)
      expect(keptIn(back)).not.toHaveProperty('spender')
      expect(stage.provider.reuses()).toBe(0)
    },
  )

  it.each<[readonly RestoreStep[]]>([[[]], [['frame']]])(
    'is over without an error where nobody is found, and nothing of it is left: %j',
    async (restore) => {
      const stage = await reloadedInMidRefresh({ restore, frames: 'nobody answers' })
      expect(await stage.auth.start()).toEqual({ status: 'signed-out' })
      expect(stage.store.kept.size).toBe(0)
      const asked = stage.provider.requests.length
      const next = reloaded(stage)
      expect(await next.auth.start()).toEqual({ status: 'signed-out' })
      expect(stage.provider.requests).toHaveLength(asked)
      expect(stage.tab.departures).toHaveLength(1)
      expect(stage.provider.reuses()).toBe(0)
    },
  )
})
