// @vitest-environment node
import { asksToWait, breaks } from 'latchkey/testing'
import { describe, expect, it, vi } from 'vitest'
import { API } from '../api-calls.ts'
import { type Script, type Stage, signedIn } from '../browser.ts'
import { advance, settled } from '../clock.ts'
import { HOMES } from '../homes/home.ts'
import { atExpiry, refreshesAt, renewalOf, wake, watch } from '../refreshing.ts'

const HIGHEST = 1 - 2 ** -53

const EVENTS = ['online', 'pageshow', 'visibilitychange'] as const

const WAYS: readonly (readonly [name: string, wake: (stage: Stage) => void])[] = [
  ...EVENTS.map((event) => [event, ({ tab }: Stage) => wake(tab, event)] as const),
  ['retry()', ({ auth }) => auth.retry()],
]

const show = (visibilityState: 'visible' | 'hidden') =>
  Object.defineProperty(document, 'visibilityState', { value: visibilityState, configurable: true })

/** It has failed so often that the next attempt is ten minutes away. */
async function longOutage(script: Script): Promise<Stage> {
  const stage = await atExpiry(script)
  stage.provider.faults.token.always(breaks)
  vi.spyOn(Math, 'random').mockReturnValue(HIGHEST)
  wake(stage.tab)
  await settled()
  await advance(270_000)
  expect(refreshesAt(stage)).toHaveLength(3)
  return stage
}

describe.each(HOMES)('%s: after a long outage', (home) => {
  it.each(WAYS)('G13 %s asks at once, and once', async (_, tell) => {
    const stage = await longOutage({ home })
    const seen = watch(stage)
    const before = refreshesAt(stage).length
    stage.provider.faults.token.never()
    tell(stage)
    await settled()
    expect(refreshesAt(stage)).toHaveLength(before + 1)
    expect(seen.map(renewalOf)).toEqual(['fresh'])
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect(refreshesAt(stage)).toHaveLength(before + 1)
  })

  it('G13 all of them at the same time, again and again, are one attempt', async () => {
    const stage = await longOutage({ home })
    for (let times = 0; times < 10; times += 1) for (const [, tell] of WAYS) tell(stage)
    await settled()
    expect(refreshesAt(stage)).toHaveLength(4)
    expect(renewalOf(stage.auth.state)).toBe('degraded')
  })

  it('G13 a page that nobody looks at asks when it is shown', async () => {
    const stage = await longOutage({ home })
    const before = refreshesAt(stage).length
    stage.provider.faults.token.never()
    show('hidden')
    for (const event of EVENTS) wake(stage.tab, event)
    await settled()
    expect(refreshesAt(stage)).toHaveLength(before)
    show('visible')
    wake(stage.tab, 'visibilitychange')
    await settled()
    expect(refreshesAt(stage)).toHaveLength(before + 1)
  })

  it.each(EVENTS)('C23 %s does not shorten what the provider asked for', async (event) => {
    const stage = await atExpiry({ home })
    stage.provider.faults.token.always(asksToWait(60))
    vi.spyOn(Math, 'random').mockReturnValue(0)
    wake(stage.tab)
    await settled()
    expect(refreshesAt(stage)).toHaveLength(1)
    for (const seconds of [20, 20, 19]) {
      await advance(seconds * 1_000)
      wake(stage.tab, event)
    }
    await settled()
    expect(refreshesAt(stage)).toHaveLength(1)
    await advance(1_000)
    expect(refreshesAt(stage)).toHaveLength(2)
  })

  it.each(WAYS)('G13 %s asks for nothing where nothing is wrong', async (_, tell) => {
    const stage = await signedIn({ home })
    const { state } = stage.auth
    for (let times = 0; times < 10; times += 1) tell(stage)
    await settled()
    expect(refreshesAt(stage)).toEqual([])
    expect(stage.auth.state).toEqual(state)
  })
})
