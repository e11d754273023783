// @vitest-environment node
import { breaks } from 'latchkey/testing'
import { describe, expect, it, vi } from 'vitest'
import { inAnotherTab, type Stage, signedIn } from './browser.ts'
import { advance, settled, sleep } from './clock.ts'
import { refreshesAt, wake } from './refreshing.ts'

const flap = ({ tab }: Stage) => {
  const { document, Event } = tab.window()
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
}

describe('G15 While renewing fails at once, what wakes a page causes no storm', () => {
  it.each([
    ['retry() in a loop', ({ auth }: Stage) => auth.retry()],
    ['a page that is shown and hidden', flap],
  ])('%s, a hundred times a second', async (_, disturb) => {
    const stage = await signedIn()
    stage.provider.faults.token.always(breaks)
    sleep(601_000)
    disturb(stage)
    await settled()
    const before = refreshesAt(stage).length
    for (let time = 0; time < 1_000; time += 1) {
      disturb(stage)
      await vi.advanceTimersByTimeAsync(10)
    }
    await settled()
    // Ten seconds: fewer than two a second, where there were a hundred calls in each.
    expect(refreshesAt(stage).length - before).toBeLessThan(20)
  })

  it('twenty tabs of one shared worker that all come online: one or two attempts, not twenty', async () => {
    const one = await signedIn({ home: 'shared-worker' })
    const tabs = [one]
    for (let count = 1; count < 20; count += 1) {
      const other = inAnotherTab(one)
      tabs.push(other)
      other.tab.focus()
      await other.auth.start()
    }
    one.provider.faults.token.always(breaks)
    await advance(700_000)
    await advance(60_000)
    const before = refreshesAt(one).length
    for (const { tab } of tabs) {
      tab.focus()
      wake(tab)
    }
    await settled()
    expect(refreshesAt(one).length - before).toBeLessThanOrEqual(2)
  })
})
