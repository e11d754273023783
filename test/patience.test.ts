// @vitest-environment node
import { breaks, hangs } from 'latchkey/testing'
import { expect, it, vi } from 'vitest'
import { API } from './api-calls.ts'
import { advance, settled, until } from './clock.ts'
import { refusal } from './outcome.ts'
import { atExpiry, refreshesAt } from './refreshing.ts'

it('H30 a call waits no longer than `patience` for a provider that is degraded already and now says nothing', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0)
  const stage = await atExpiry({ options: { patience: 5_000 } })
  stage.provider.faults.token.once(breaks)
  stage.provider.faults.token.always(hangs)
  const call = refusal(stage.auth.authFetch(API))
  let isOver = false
  call.finally(() => {
    isOver = true
  })
  // The first attempt fails at once, the next comes half a second later and hangs.
  await until(() => refreshesAt(stage).length === 1)
  await settled()
  await advance(5_000)
  expect(isOver).toBe(true) // it is at 10,500: when the attempt that hangs is given up
  expect((await call).code).toBe('network')
})
