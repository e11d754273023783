// @vitest-environment node
import { breaks, hangs, held, unauthorized } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API, EXPIRED } from '../api-calls.ts'
import { inAnotherTab, returning, type Stage, signedIn } from '../browser.ts'
import { advance, settled, sleep } from '../clock.ts'
import { refusal } from '../outcome.ts'
import { afterReload, keptSession } from '../persist/keeping.ts'
import { refreshesAt, renewalOf } from '../refreshing.ts'

/** Whether a call has been answered. */
function asking({ auth }: Stage) {
  const asked = { isAnswered: false }
  void auth.authFetch(API).then(() => {
    asked.isAnswered = true
  })
  return asked
}

describe('H30 A call in the last seconds of the token, while the provider hangs', () => {
  it.each([
    [9_000, 2_000],
    [3_000, 1_500],
    [1_000, 500],
  ])('with %i ms left is sent after %i ms, and not before', async (left, wait) => {
    const stage = await signedIn()
    stage.provider.faults.token.always(hangs)
    sleep(600_000 - left)
    const call = asking(stage)
    await settled()
    await advance(wait - 100)
    expect(call.isAnswered).toBe(false)
    await advance(100)
    expect(call.isAnswered).toBe(true)
    expect(stage.provider.requestsTo('api')).toHaveLength(1)
  })

  it('is sent at once where an attempt has failed a moment ago', async () => {
    const stage = await signedIn()
    stage.provider.faults.token.always(breaks)
    sleep(592_000)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect(refreshesAt(stage)).toHaveLength(1)
  })
})

it('H16 a token that came because a call was near the end of the last one is renewed when an API refuses it at once', async () => {
  const stage = await signedIn()
  sleep(595_000)
  stage.provider.faults.api.once(() => unauthorized(EXPIRED))
  expect((await stage.auth.authFetch(API)).status).toBe(200)
  expect(refreshesAt(stage)).toHaveLength(2)
})

it('C23 what a state says of its renewal cannot be changed from outside', async () => {
  const stage = await signedIn()
  const seen: unknown[] = []
  const look = () => {
    const { state } = stage.auth
    if (state.status === 'signed-in' && Object.isFrozen(state.renewal)) seen.push(renewalOf(state))
  }
  stage.auth.subscribe(look, { silent: true })
  stage.provider.faults.token.once(breaks)
  await advance(600_000)
  expect(seen).toEqual(['refreshing', 'degraded', 'fresh'])
})

it('I14 a session that was found again is renewed in time for when its token came, not for when it was found', async () => {
  const one = await keptSession()
  sleep(300_000)
  const next = await afterReload(one)
  await advance(150_000)
  expect(refreshesAt(next)).toHaveLength(0)
  await advance(100_000)
  expect(refreshesAt(next)).toHaveLength(1)
})

it('J09 a shared session in which the same person has signed in once more is one: who signs out ends what was asked for before', async () => {
  const one = await signedIn({ home: 'shared-worker' })
  const api = held()
  one.provider.faults.api.once(api)
  const call = refusal(one.auth.authFetch(API))
  await api.asked
  const other = inAnotherTab(one)
  await other.auth.start()
  await other.auth.login()
  const back = await returning(other)
  await back.auth.start()
  await back.auth.logout()
  expect((await call).code).toBe('login_required')
  api.release()
})
