// @vitest-environment node
import { describe, expect, it, vi } from 'vitest'
import { API } from '../api-calls.ts'
import { advance } from '../clock.ts'
import { refreshesAt } from '../refreshing.ts'
import { beside, keptSession } from './keeping.ts'

describe('A kept session', () => {
  it('G23 whose token was written down by a clock that was ahead is renewed by a tab that cannot tell how old it is', async () => {
    const one = await keptSession()
    const other = await beside(one)
    const right = Date.now() - performance.now()
    vi.setSystemTime(Date.now() + 6_000_000)
    one.tab.focus()
    expect((await one.auth.authFetch(API)).status).toBe(200)
    expect(refreshesAt(one)).toHaveLength(1)
    one.tab.close()
    vi.setSystemTime(right + performance.now())
    other.tab.focus()
    // The second token is good for 600 seconds, as the first was.
    await advance(601_000)
    expect(refreshesAt(one)).toHaveLength(2)
  })
})
