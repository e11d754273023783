// @vitest-environment node
import { answers } from 'latchkey/testing'
import { describe, expect, it, vi } from 'vitest'
import { advance, settled, sleep } from '../clock.ts'
import { refreshesAt, renewalOf, wake } from '../refreshing.ts'
import { beside, keptSession } from './keeping.ts'

describe('After a long trouble, tokens of a kept session', () => {
  it('G19 are renewed at the usual time by a tab that found them in the store', async () => {
    const one = await keptSession()
    const other = await beside(one)
    one.provider.faults.token.always(answers(503))
    sleep(601_000)
    for (let attempt = 0; attempt < 4; attempt += 1) {
      for (const { tab } of [one, other]) {
        wake(tab)
        await settled()
      }
      await advance(2_000)
    }
    one.provider.faults.token.never()
    // Of those that renew at once after it: soon.
    vi.spyOn(Math, 'random').mockReturnValue(0.99)
    one.tab.focus()
    wake(one.tab)
    await settled()
    expect(renewalOf(one.auth.state)).toBe('fresh')
    one.tab.close()
    other.tab.focus()
    wake(other.tab)
    await settled()
    expect(renewalOf(other.auth.state)).toBe('fresh')
    const before = refreshesAt(one).length
    await advance(440_000)
    expect(refreshesAt(one).length - before).toBe(0)
  })
})
