// @vitest-environment node
import { hangs } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API } from '../api-calls.ts'
import { advance, settled } from '../clock.ts'
import { refusal } from '../outcome.ts'
import { signedInOn } from './device.ts'
import { throttleTimers } from './throttle-timers.ts'

describe('H30 A call in the last seconds of the token, while the provider hangs, sends no token that is over', () => {
  it('in a page in the background, whose timers fire once a minute', async () => {
    throttleTimers()
    const device = await signedInOn(0)
    device.provider.faults.token.always(hangs)
    device.sleep(592_000)
    const call = refusal(device.auth.authFetch(API))
    await advance(180_000)
    expect((await call).code).toBe('timeout')
    expect(device.refused).toEqual([])
    expect(device.provider.requestsTo('api')).toEqual([])
  })

  it('and the device falls asleep over it', async () => {
    const device = await signedInOn(0)
    device.provider.faults.token.always(hangs)
    device.sleep(592_000)
    const call = refusal(device.auth.authFetch(API))
    await settled()
    device.sleep(3_600_000)
    await advance(30_000)
    expect((await call).code).toBe('timeout')
    expect(device.provider.requestsTo('api')).toEqual([])
  })
})
