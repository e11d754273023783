// @vitest-environment node
import { answers, asksToWait, breaks, type Fault } from 'latchkey/testing'
import { describe, expect, it, vi } from 'vitest'
import { API } from './api-calls.ts'
import { type Stage, signedIn } from './browser.ts'
import { advance, settled } from './clock.ts'
import { expectRefusal } from './outcome.ts'
import { refreshesAt } from './refreshing.ts'

const HIGHEST = 1 - 2 ** -53
const HOUR = 3_600_000

/** An hour of failures, after which the library waits for as long as it ever does. */
async function anHourWithout(random: number, fault: Fault = breaks): Promise<Stage> {
  vi.spyOn(Math, 'random').mockReturnValue(random)
  const stage = await signedIn()
  stage.provider.faults.token.always(fault)
  await advance(HOUR)
  const before = refreshesAt(stage).length
  while (refreshesAt(stage).length === before) {
    await vi.advanceTimersToNextTimerAsync()
    await settled()
  }
  return stage
}

describe('G15 A call that finds the token over, after a long trouble', () => {
  it('brings the next attempt forward to within a minute of the last', async () => {
    const stage = await anHourWithout(HIGHEST)
    await expectRefusal(stage.auth.authFetch(API), 'network')
    stage.provider.faults.token.never()
    const before = refreshesAt(stage).length
    await advance(59_000)
    expect(refreshesAt(stage)).toHaveLength(before)
    await advance(2_000)
    expect(refreshesAt(stage)).toHaveLength(before + 1)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
  })

  it('asks at once where the last attempt is longer ago', async () => {
    const stage = await anHourWithout(HIGHEST)
    await advance(61_000)
    stage.provider.faults.token.never()
    const before = refreshesAt(stage).length
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect(refreshesAt(stage)).toHaveLength(before + 1)
  })

  it('without one the next attempt is as far away as before', async () => {
    const stage = await anHourWithout(HIGHEST)
    const before = refreshesAt(stage).length
    await advance(598_000)
    expect(refreshesAt(stage)).toHaveLength(before)
    await advance(4_000)
    expect(refreshesAt(stage)).toHaveLength(before + 1)
  })

  it('C23 not before the moment that the provider has named', async () => {
    const stage = await anHourWithout(0, asksToWait(200))
    const before = refreshesAt(stage).length
    await expectRefusal(stage.auth.authFetch(API), 'network')
    await advance(199_000)
    expect(refreshesAt(stage)).toHaveLength(before)
    await advance(2_000)
    expect(refreshesAt(stage).length).toBeGreaterThan(before)
  })

  it('a hundred of them in ten minutes cause no more attempts than one does', async () => {
    const stage = await anHourWithout(0.5, answers(503))
    const before = refreshesAt(stage).length
    for (let call = 0; call < 100; call += 1) {
      await expectRefusal(stage.auth.authFetch(API), 'network')
      await advance(6_000)
    }
    expect(refreshesAt(stage).length - before).toBe(20)
  })
})
