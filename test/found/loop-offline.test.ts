// @vitest-environment node
import { breaks } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { firstVisit } from '../browser.ts'
import { expectRefusal } from '../outcome.ts'

describe('The loop guard', () => {
  it('L05, F10 counts departures: attempts that the network ended before anybody left use none up', async () => {
    const { auth, provider, tab } = firstVisit()
    Object.defineProperty(tab.window().navigator, 'userActivation', {
      value: { isActive: false, hasBeenActive: false },
      configurable: true,
    })
    await auth.start()
    for (let attempt = 0; attempt < 3; attempt += 1) {
      provider.faults.discovery.once(breaks)
      await expectRefusal(auth.login(), 'network')
    }
    await auth.login()
    expect(tab.departures).toHaveLength(1)
  })
})
