// @vitest-environment node
import { breaks } from 'latchkey/testing'
import { expect, it, vi } from 'vitest'
import { joining } from './beside.ts'
import { settled } from './clock.ts'
import { atExpiry, refreshesAt, wake } from './refreshing.ts'

it('G11 ten tabs that wake together while the provider cannot be reached are one attempt of the shared worker', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1 - 2 ** -53)
  const stage = await atExpiry({ home: 'shared-worker', options: { restore: [] } })
  const tabs = [stage]
  stage.provider.faults.token.always(breaks)
  while (tabs.length < 10) tabs.push(await joining(stage))
  await settled()
  const before = refreshesAt(stage).length
  for (const { tab } of tabs) wake(tab)
  await settled()
  expect(refreshesAt(stage).length - before).toBeLessThanOrEqual(1)
})

it.each(['page', 'worker'] as const)(
  '%s: G11 somebody who presses “Try again” ten times in a row causes no ten attempts',
  async (home) => {
    vi.spyOn(Math, 'random').mockReturnValue(1 - 2 ** -53)
    const stage = await atExpiry({ home })
    stage.provider.faults.token.always(breaks)
    stage.auth.retry()
    await settled()
    const before = refreshesAt(stage).length
    for (let press = 0; press < 10; press += 1) {
      stage.auth.retry()
      await settled()
    }
    expect(refreshesAt(stage).length - before).toBeLessThanOrEqual(1)
  },
)
