// @vitest-environment node
import { expect, it, vi } from 'vitest'
import { firstVisit } from '../browser.ts'
import { expectRefusal } from '../outcome.ts'

it.each(['page', 'worker', 'shared-worker'] as const)(
  '%s: L06 a tab whose storage is full is told so before anybody is sent away',
  async (home) => {
    const { auth, tab } = firstVisit({ home })
    const setItem = () => {
      throw new DOMException('full', 'QuotaExceededError')
    }
    vi.stubGlobal('sessionStorage', { setItem, getItem: () => null, removeItem() {} })
    await auth.start()
    await expectRefusal(auth.login(), 'configuration')
    expect(tab.departures).toEqual([])
  },
)
