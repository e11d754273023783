// @vitest-environment node
import { answers, breaks, type Fault, hangs, held } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API, toApi } from '../api-calls.ts'
import { type Stage, signedIn } from '../browser.ts'
import { advance, settled, sleep } from '../clock.ts'
import { HOMES } from '../homes/home.ts'
import { expectRefusal } from '../outcome.ts'
import { refreshesAt, wake, watch } from '../refreshing.ts'
import { callerOn } from './caller.ts'

const HOUR = 3_600_000

/** Whatever wakes the page, and however long it is open: nobody comes back, and nothing is sent. */
async function expectOver(stage: Stage): Promise<void> {
  const asked = stage.provider.requestsTo('token').length
  for (const event of ['pagehide', 'pageshow']) {
    const window = stage.tab.window()
    window.dispatchEvent(Object.assign(new window.Event(event), { persisted: true }))
    await settled()
  }
  wake(stage.tab)
  await advance(HOUR)
  expect(stage.auth.state).toEqual({ status: 'signed-out' })
  await expectRefusal(stage.auth.authFetch(API), 'login_required')
  expect(stage.provider.requestsTo('token')).toHaveLength(asked)
  expect(toApi(stage)).toEqual([])
}

describe.each(HOMES)('%s: A logout', (home) => {
  it.each<[string, Fault]>([
    ['is answered with 500', answers(500)],
    ['is answered with nonsense', answers(200, '<html>')],
    ['is refused', answers(400, { error: 'unsupported_token_type' })],
    ['hangs', hangs],
    ['breaks', breaks],
  ])('J07, J11 whose revocation %s goes on at once, and stays', async (_, fault) => {
    const stage = await signedIn({ home })
    const seen = watch(stage)
    stage.provider.faults.revocation.always(fault)
    expect(await stage.auth.logout()).toBe('provider')
    expect(stage.tab.departures.at(-1)).toMatch(/\/logout\?/)
    expect(seen).toEqual([{ status: 'signed-out' }])
    await expectOver(stage)
  })

  it('J10, J11 offline forgets the tokens, and stays', async () => {
    const stage = await signedIn({ home })
    for (const fault of Object.values(stage.provider.faults)) fault.always(breaks)
    await stage.auth.logout()
    await expectOver(stage)
  })

  it('G30, J10 while a refresh hangs, and later is answered after all: stays', async () => {
    const stage = await signedIn({ home })
    const token = held()
    stage.provider.faults.token.once(token)
    sleep(601_000)
    const { outcome } = callerOn(stage)
    await token.asked
    await settled()
    for (const fault of Object.values(stage.provider.faults)) fault.always(breaks)
    await stage.auth.logout()
    await advance(10_000)
    expect(await outcome).toBe('login_required')
    token.release()
    await settled()
    await expectOver(stage)
    expect(refreshesAt(stage)).toHaveLength(1)
  })

  it('G30 while a refresh hangs: whoever waits for that is told at once', async () => {
    const stage = await signedIn({ home })
    stage.provider.faults.token.always(hangs)
    sleep(601_000)
    const { outcome } = callerOn(stage)
    await settled()
    await stage.auth.logout()
    // No time passes.
    expect(await outcome).toBe('login_required')
  })

  it('G13, J10 while the library backs off ends that, too', async () => {
    const stage = await signedIn({ home, options: { patience: 60_000 } })
    stage.provider.faults.token.always(breaks)
    sleep(601_000)
    const { outcome } = callerOn(stage)
    await settled()
    expect(stage.auth.state).toMatchObject({ status: 'signed-in', renewal: { status: 'degraded' } })
    await stage.auth.logout()
    expect(await outcome).toBe('login_required')
    await expectOver(stage)
  })
})
