// @vitest-environment node
import { answers, asksToWait, breaks, type Fault } from 'latchkey/testing'
import { describe, expect, it, vi } from 'vitest'
import { API } from './api-calls.ts'
import { backWith, type Script, type Stage, signedIn } from './browser.ts'
import { advance, settled, sleep } from './clock.ts'
import { expectRefusal, expectSignedOut } from './outcome.ts'
import { refreshesAt, wake } from './refreshing.ts'

const LOWEST = 0
const HIGHEST = 1 - 2 ** -53

async function signedInWith(random: number, script?: Script): Promise<Stage> {
  vi.spyOn(Math, 'random').mockReturnValue(random)
  return signedIn(script)
}

/** Milliseconds until the next refreshes are asked for, so many of them. */
async function pausesUntil(stage: Stage, times: number): Promise<number[]> {
  const pauses: number[] = []
  for (let from = Date.now(); pauses.length < times; from = Date.now()) {
    const before = refreshesAt(stage).length
    while (refreshesAt(stage).length === before) {
      await vi.advanceTimersToNextTimerAsync()
      await settled()
    }
    pauses.push(Date.now() - from)
  }
  return pauses
}

describe('A token is renewed in the background', () => {
  it.each([
    [LOWEST, 600, 450_000],
    [HIGHEST, 600, 540_000],
    [LOWEST, 3_600, 2_700_000],
    [LOWEST, 6, 5_000],
    [HIGHEST, 1, 5_000],
  ])('with the dice at %d and a life of %i s after %i ms', async (random, lifetime, expected) => {
    const stage = await signedInWith(random, { provider: { lifetime } })
    expect(await pausesUntil(stage, 2)).toEqual([expected, expected])
  })

  it.each([LOWEST, HIGHEST])(
    'when it runs out, with the dice at %d, where only a frame can renew it',
    async (random) => {
      const stage = await signedInWith(random, { provider: { refreshTokens: 'none' } })
      const begun = Date.now()
      await vi.advanceTimersToNextTimerAsync()
      expect(Date.now() - begun).toBe(600_000)
      await settled()
      expectSignedOut(stage.auth.state, 'login_required')
    },
  )
})

describe('A token is renewed before it is used', () => {
  const refreshesAfter = async (milliseconds: number, lifetime: number) => {
    const stage = await signedIn({ provider: { lifetime } })
    sleep(milliseconds)
    await stage.auth.authFetch(API)
    return refreshesAt(stage).length
  }

  it.each([
    ['ten seconds before the end of a long one', 590_000, 600, 1],
    ['not eleven seconds before', 589_000, 600, 0],
    ['in the last tenth of a short one', 18_000, 20, 1],
    ['not before the last tenth', 17_999, 20, 0],
    ['a second after it came, if it lived for one', 1_000, 1, 1],
  ])('%s', async (_, milliseconds, lifetime, expected) => {
    expect(await refreshesAfter(milliseconds, lifetime)).toBe(expected)
  })
})

describe('After a failure it is tried again', () => {
  const failingWith = async (random: number, fault: Fault) => {
    const stage = await signedInWith(random)
    stage.provider.faults.token.always(fault)
    await pausesUntil(stage, 1)
    return stage
  }

  it('G11 where the token is good for a while, when most of that is over', async () => {
    const stage = await failingWith(LOWEST, breaks)
    // It came 450 seconds ago and lives for 600.
    expect(await pausesUntil(stage, 3)).toEqual([135_000, 13_500, 1_350].map((pause) => expect.closeTo(pause, -1)))
  })

  it('G11 then after half a second at the least, however the dice fall', async () => {
    const stage = await failingWith(LOWEST, breaks)
    sleep(600_000)
    await pausesUntil(stage, 1)
    expect(await pausesUntil(stage, 8)).toEqual(Array(8).fill(500))
  })

  it('G11, G15 then after sixty-four times as long each time, and ten minutes at the most', async () => {
    const stage = await failingWith(HIGHEST, answers(500))
    const pauses = await pausesUntil(stage, 6)
    expect(pauses.map((pause) => Math.round(pause / 1_000))).toEqual([60, 256, 600, 600, 600, 600])
  })

  it('G11 somewhere between, so that clients that failed together do not come back together', async () => {
    const stage = await failingWith(0.5, answers(503))
    const pauses = await pausesUntil(stage, 4)
    expect(pauses.map((pause) => Math.round(pause / 1_000))).toEqual([100, 128, 300, 300])
  })

  it('G11 after a success from the beginning', async () => {
    const stage = await failingWith(HIGHEST, breaks)
    await pausesUntil(stage, 4)
    stage.provider.faults.token.never()
    await pausesUntil(stage, 2)
    stage.provider.faults.token.always(breaks)
    const [renewal = 0, first = 0] = await pausesUntil(stage, 2)
    expect([renewal, Math.round(first / 1_000)]).toEqual([540_000, 60])
  })

  it('G11 and who comes back after it with others is anywhere between two renewals', async () => {
    const stage = await failingWith(0.5, breaks)
    await pausesUntil(stage, 1)
    stage.provider.faults.token.never()
    const [, first = 0, second] = await pausesUntil(stage, 3)
    expect([first, second]).toEqual([247_500, 495_000])
  })

  it.each([
    ['120', 120_000],
    ['300', 300_000],
    ['301', 300_000],
    ['99999999999', 300_000],
    ['1', 1_000],
    ['0', 500],
    ['-1', 500],
    ['soon', 500],
    ['1e9', 500],
    ['Sat, 21 Nov 2026 12:30:00 GMT', 180_000],
    ['Fri, 01 Jan 2100 00:00:00 GMT', 300_000],
    ['Sat, 21 Nov 2026 11:00:00 GMT', 500],
  ])('C23 no sooner than the provider asked for, within five minutes: Retry-After %s', async (after, expected) => {
    expect(await pausesAfter(LOWEST, after)).toEqual([expected])
  })

  it.each([
    ['120', 180_000],
    ['10', 15_000],
  ])('C23 but not all at once who were told the same: %s', async (after, expected) => {
    expect(await pausesAfter(0.5, after)).toEqual([expected])
  })

  /** Of a token that is over. */
  async function pausesAfter(random: number, after: string): Promise<number[]> {
    const stage = await signedInWith(random)
    vi.setSystemTime('2026-11-21T12:27:00Z')
    stage.provider.faults.token.always(asksToWait(after, 503))
    wake(stage.tab)
    await settled()
    expect(refreshesAt(stage)).toHaveLength(1)
    return pausesUntil(stage, 1)
  }

  it('C23 and neither callers nor wake-ups shorten what the provider asked for', async () => {
    const stage = await failingWith(LOWEST, asksToWait(120))
    const before = refreshesAt(stage).length
    sleep(100_000)
    for (const event of ['online', 'pageshow', 'online']) wake(stage.tab, event)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    sleep(37_500)
    for (let call = 0; call < 20; call += 1) expect((await stage.auth.authFetch(API)).status).toBe(200)
    await settled()
    expect(refreshesAt(stage)).toHaveLength(before)
    sleep(5_000)
    wake(stage.tab)
    await settled()
    expect(refreshesAt(stage)).toHaveLength(before + 1)
  })

  it('G13 a wake-up shortens any other pause', async () => {
    const stage = await failingWith(HIGHEST, breaks)
    await pausesUntil(stage, 6)
    stage.provider.faults.token.never()
    const before = refreshesAt(stage).length
    wake(stage.tab)
    // The last one was just now.
    await advance(1_000)
    expect(refreshesAt(stage)).toHaveLength(before + 1)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
  })

  it('H30 and during the pause a caller with an expired token is told at once what went wrong', async () => {
    const stage = await failingWith(HIGHEST, breaks)
    await pausesUntil(stage, 6)
    const before = refreshesAt(stage).length
    for (let call = 0; call < 20; call += 1) await expectRefusal(stage.auth.authFetch(API), 'network')
    expect(refreshesAt(stage)).toHaveLength(before)
  })
})

describe('What was written down', () => {
  it.each([-3_600_000, -601_000, 601_000])(
    'B05 under a clock that was since moved by %i ms is too old for a login',
    async (jump) => {
      const { auth, provider } = await backWith(() => sleep(jump))
      expectSignedOut(await auth.start(), 'callback_expired')
      expect(provider.requestsTo('token')).toEqual([])
    },
  )

  it.each([-599_000, 599_000])('B05 under a clock that was since moved by %i ms is not', async (jump) => {
    // The ID token is of the provider's clock, and that is this one.
    const { auth } = await backWith(() => sleep(jump), { options: { clockTolerance: 600 } })
    expect((await auth.start()).status).toBe('signed-in')
  })

  it.each([-3_600_000, 3_600_000])('F15 under a clock that was moved by %i ms is asked for anew', async (jump) => {
    const stage = await signedIn({ options: { restore: [] } })
    sleep(jump)
    stage.tab.load(stage.tab.url())
    await stage.tab.createAuth(stage.options).login()
    expect(stage.provider.requestsTo('discovery')).toHaveLength(2)
  })
})
