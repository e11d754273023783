// @vitest-environment node

import { asksToWait, breaks } from 'latchkey/testing'
import { expect, it, vi } from 'vitest'
import { API } from './api-calls.ts'
import { advance, settled } from './clock.ts'
import { atExpiry, refreshesAt, wake } from './refreshing.ts'

/** Two attempts have failed, so that the back-off may last a minute; the second was told to come back in two seconds. */
async function toldToWait() {
  const stage = await atExpiry()
  stage.provider.faults.token.once(breaks)
  await stage.auth.authFetch(API).catch(() => {})
  stage.provider.faults.token.once(asksToWait(2))
  stage.auth.retry()
  await settled()
  expect(refreshesAt(stage)).toHaveLength(2)
  return stage
}

it.each(['retry', 'online'] as const)(
  'G11 once the time that Retry-After named is over, “%s” asks at once',
  async (how) => {
    vi.spyOn(Math, 'random').mockReturnValue(0.99)
    const stage = await toldToWait()
    await advance(3_000)
    expect(refreshesAt(stage)).toHaveLength(2)
    if (how === 'retry') stage.auth.retry()
    else wake(stage.tab, 'online')
    await settled()
    expect(refreshesAt(stage)).toHaveLength(3)
  },
)
