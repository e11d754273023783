// @vitest-environment node
import { held } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { advance, settled, sleep } from '../clock.ts'
import { HOMES } from '../homes/home.ts'
import { atExpiry } from '../refreshing.ts'
import { callerOn } from './caller.ts'

describe.each(HOMES)('%s: The device sleeps, or the page is frozen, in the middle of a refresh', (home) => {
  it('G22, G17 for longer than an answer may take: what has come meanwhile is taken, though the timer rings first', async () => {
    const stage = await atExpiry({ home })
    const token = held()
    stage.provider.faults.token.once(token)
    const call = callerOn(stage)
    await token.asked
    await settled()
    sleep(60_000)
    // On waking, the time limit rings at once; the answer, which is there, is delivered right after.
    await advance(4_000)
    token.release()
    expect(await call.outcome).toBe(200)
    await advance(1_200_000)
    expect(stage.auth.state.status).toBe('signed-in')
    expect(stage.provider.reuses()).toBe(0)
  })
})
