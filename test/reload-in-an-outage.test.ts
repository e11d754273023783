// @vitest-environment node
import { answers } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { reloaded, returning, signedIn } from './browser.ts'
import { settled } from './clock.ts'

describe('A reload during an outage', () => {
  it('that a silent redirect came back to: the reload after the outage looks for the session again', async () => {
    const one = await signedIn({ options: { restore: ['redirect'] } })
    const next = reloaded(one)
    void next.auth.start()
    await settled()
    one.provider.faults.token.once(answers(503))
    const back = await returning(next)
    expect(await back.auth.start()).toMatchObject({ status: 'signed-out', reason: { code: 'network' } })
    const departures = back.tab.departures.length
    // Over. Whoever reloads now is shown a sign-in button without a reason, for ten minutes.
    const again = reloaded(back)
    void again.auth.start()
    await settled()
    expect(again.tab.departures).toHaveLength(departures + 1)
  })
})
