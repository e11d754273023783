// @vitest-environment node
import { breaks, held } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { refreshes, toApi } from '../api-calls.ts'
import { inAnotherTab, type Script, type Stage, signedIn } from '../browser.ts'
import { advance, settled, sleep } from '../clock.ts'
import { callerOn } from './caller.ts'

const SHARED: Script = { home: 'shared-worker' }

/** Three tabs with a call each; that of the first has begun the refresh that all wait for. */
async function threeTabs(script: Script = SHARED) {
  const first = await signedIn(script)
  const second = await beside(first)
  const third = await beside(first)
  const token = held()
  first.provider.faults.token.once(token)
  sleep(601_000)
  const callers = [callerOn(first)]
  await token.asked
  callers.push(callerOn(second), callerOn(third))
  await settled()
  expect(refreshes(first)).toBe(1)
  return { first, second, third, token, outcomes: callers.map(({ outcome }) => outcome), callers }
}

async function beside(stage: Stage): Promise<Stage> {
  const other = inAnotherTab(stage)
  await other.auth.start()
  return other
}

/** What a browser says to a page that it may bring back, and when it does. */
function says({ tab }: Stage, event: 'pagehide' | 'pageshow', persisted: boolean): void {
  tab.focus()
  const window = tab.window()
  window.dispatchEvent(Object.assign(new window.Event(event), { persisted }))
}

describe('shared-worker: In the middle of a refresh', () => {
  it('G34 the tab that began it is closed: the others get their answers, and its own call is not sent', async () => {
    const { first, second, token, outcomes } = await threeTabs()
    first.tab.close()
    await settled()
    token.release()
    expect(await Promise.all(outcomes.slice(1))).toEqual([200, 200])
    await settled()
    expect([refreshes(first), toApi(first).length]).toEqual([1, 2])
    await advance(1_200_000)
    second.tab.focus()
    expect(await callerOn(second).outcome).toBe(200)
    expect(first.provider.reuses()).toBe(0)
  })

  it('G34 all tabs are closed: who opens the app next finds the new token', async () => {
    const { first, second, third, token } = await threeTabs()
    for (const { tab } of [first, second, third]) tab.close()
    await settled()
    token.release()
    await settled()
    expect(toApi(first)).toEqual([])
    const next = await beside(first)
    expect(next.auth.state.status).toBe('signed-in')
    expect(await callerOn(next).outcome).toBe(200)
    expect([refreshes(first), toApi(first).length]).toEqual([1, 1])
  })

  it('G34, B10 the tab that began it goes into the back/forward cache and comes back: nobody waits in vain', async () => {
    const { first, token, outcomes } = await threeTabs()
    says(first, 'pagehide', true)
    expect(await outcomes[0]).toBe('vault_unavailable')
    token.release()
    expect(await Promise.all(outcomes.slice(1))).toEqual([200, 200])
    says(first, 'pageshow', true)
    await settled()
    expect(first.auth.state.status).toBe('signed-in')
    expect(await callerOn(first).outcome).toBe(200)
    expect([refreshes(first), toApi(first).length]).toEqual([1, 3])
  })

  it('G34 one tab gives up its call, another disposes of its client: the third gets its answer', async () => {
    const { first, second, token, callers, outcomes } = await threeTabs()
    callers[0]?.giveUp()
    second.tab.focus()
    second.auth.dispose()
    await settled()
    token.release()
    expect(await Promise.all(outcomes)).toEqual(['AbortError', 'login_required', 200])
    expect([refreshes(first), toApi(first).length]).toEqual([1, 1])
  })

  it('G30 one tab signs out: the calls of all are refused, and the late token is revoked', async () => {
    const { first, second, third, token, outcomes } = await threeTabs()
    second.tab.focus()
    await second.auth.logout()
    token.release()
    expect(await Promise.all(outcomes)).toEqual(Array(3).fill('login_required'))
    await advance(1_200_000)
    for (const { auth } of [first, second, third]) expect(auth.state.status).toBe('signed-out')
    expect([refreshes(first), toApi(first).length]).toEqual([1, 0])
    expect(new Set(first.provider.requestsTo('revocation').map(({ form }) => form.get('token'))).size).toBe(2)
  })

  it('G13, G34 a tab that is closed while the provider is out of reach leaves the waiting to the others', async () => {
    const first = await signedIn({ ...SHARED, options: { patience: 20_000 } })
    const second = await beside(first)
    sleep(601_000)
    first.provider.faults.token.always(breaks)
    const callers = [callerOn(first), callerOn(second)]
    await settled()
    first.tab.close()
    first.provider.faults.token.never()
    second.tab.focus()
    await advance(20_000)
    expect(await callers[1]?.outcome).toBe(200)
    expect(toApi(first)).toHaveLength(1)
  })
})
