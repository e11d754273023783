// @vitest-environment node
import { answers, breaks, held } from 'latchkey/testing'
import { describe, expect, it, vi } from 'vitest'
import { API, refreshes, toApi } from '../api-calls.ts'
import type { Script } from '../browser.ts'
import { advance, settled, until } from '../clock.ts'
import { HOMES } from '../homes/home.ts'
import { expectSignedOut } from '../outcome.ts'
import { atExpiry, renewalOf, watch } from '../refreshing.ts'
import { callerOn } from './caller.ts'

/** So many calls that wait for one refresh, which does not come to its end before it is told to. */
async function waiting(script: Script, count: number) {
  const stage = await atExpiry(script)
  const token = held()
  stage.provider.faults.token.once(token)
  const callers = Array.from({ length: count }, () => callerOn(stage))
  await token.asked
  await settled()
  return { ...stage, token, callers }
}

describe.each(HOMES)('%s: Of the callers who wait for a refresh', (home) => {
  it('G34 some give up: the others are answered, and only theirs is sent', async () => {
    const { callers, token, ...stage } = await waiting({ home }, 6)
    for (const { giveUp } of callers.slice(0, 3)) giveUp()
    await settled()
    token.release()
    const outcomes = await Promise.all(callers.map(({ outcome }) => outcome))
    expect(outcomes).toEqual(['AbortError', 'AbortError', 'AbortError', 200, 200, 200])
    expect([refreshes(stage), toApi(stage).length]).toEqual([1, 3])
  })

  it('G34 all give up: each is told at once, the refresh goes on, and what it brought is used', async () => {
    const { callers, token, ...stage } = await waiting({ home }, 4)
    for (const { giveUp } of callers) giveUp()
    expect(await Promise.all(callers.map(({ outcome }) => outcome))).toEqual(Array(4).fill('AbortError'))
    token.release()
    await settled()
    expect(toApi(stage)).toEqual([])
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    await advance(1_200_000)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect(stage.provider.reuses()).toBe(0)
  })

  it('G34 all give up, and the provider then refuses: the session ends once, and says why', async () => {
    const stage = await atExpiry({ home })
    const seen = watch(stage)
    const token = held()
    stage.provider.faults.token.once((request) => token(request, async () => refuse(request)))
    const caller = callerOn(stage)
    await token.asked
    caller.giveUp()
    expect(await caller.outcome).toBe('AbortError')
    token.release()
    await until(() => stage.auth.state.status === 'signed-out')
    expectSignedOut(stage.auth.state, 'login_required')
    expect(seen).toEqual([stage.auth.state])
  })
  const refuse = (request: Request) => answers(400, { error: 'invalid_grant' })(request, () => Promise.reject())

  it('G34 one gives up while it waits for a provider that is out of reach: at once, and the others wait on', async () => {
    const stage = await atExpiry({ home, options: { patience: 120_000 } })
    const timers = vi.getTimerCount()
    stage.provider.faults.token.always(breaks)
    const [one, other] = [callerOn(stage), callerOn(stage)]
    await until(() => renewalOf(stage.auth.state) === 'degraded')
    await settled()
    one.giveUp()
    expect(await one.outcome).toBe('AbortError')
    stage.provider.faults.token.never()
    await advance(20_000)
    expect(await other.outcome).toBe(200)
    expect(toApi(stage)).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(timers)
  })
})
