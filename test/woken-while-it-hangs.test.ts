// @vitest-environment node
import { breaks, hangs } from 'latchkey/testing'
import { expect, it, vi } from 'vitest'
import { signedIn } from './browser.ts'
import { advance, settled } from './clock.ts'
import { refreshesAt, renewalOf, wake } from './refreshing.ts'

// The lid opens, the page is shown before there is a network: that attempt hangs. Then the network is there.
it('G13 the network is back while an attempt hangs: the next comes as soon as that is given up, not after the back-off', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.9)
  const stage = await signedIn()
  stage.provider.faults.token.always(breaks)
  await advance(3_600_000)
  stage.provider.faults.token.never()
  stage.provider.faults.token.once(hangs)
  wake(stage.tab, 'pageshow')
  await settled()
  const before = refreshesAt(stage).length
  await advance(2_000)
  wake(stage.tab, 'online')
  await advance(20_000)
  expect(refreshesAt(stage)).toHaveLength(before + 1)
  expect(renewalOf(stage.auth.state)).toBe('fresh')
})
