// @vitest-environment node
import { isRetriable, type TokenAuth } from 'latchkey'
import { answers, breaks } from 'latchkey/testing'
import { describe, expect, it, vi } from 'vitest'
import { API, first, toApi } from '../api-calls.ts'
import type { Script, Stage } from '../browser.ts'
import { advance, settled, sleep, until } from '../clock.ts'
import { HOMES } from '../homes/home.ts'
import { expectRefusal, refusal } from '../outcome.ts'
import { atExpiry, refreshesAt, renewalOf, watch } from '../refreshing.ts'

const LOWEST = 0
const HIGHEST = 1 - 2 ** -53

/** Whether this has come to its end, however. */
function ending(action: Promise<unknown>): () => boolean {
  let isOver = false
  const over = () => {
    isOver = true
  }
  action.then(over, over)
  return () => isOver
}

/** The token is over, and each attempt to renew it fails; the dice put the next one as far away as it ever is. */
async function outage(script: Script): Promise<Stage> {
  const stage = await atExpiry(script)
  stage.provider.faults.token.always(breaks)
  vi.spyOn(Math, 'random').mockReturnValue(HIGHEST)
  return stage
}

/** It is refused after the usual five seconds, and answered once the outage is over. */
async function expectToWait({ provider }: Stage, ask: () => Promise<unknown>) {
  const asked = refusal(ask())
  const isOver = ending(asked)
  await settled()
  await advance(4_999)
  expect(isOver()).toBe(false)
  await advance(1)
  expect((await asked).code).toBe('network')
  provider.faults.token.never()
  await advance(60_000)
  expect(await ask()).toBeTruthy()
}

it('G13 accessToken() waits as a call does while renewing fails', async () => {
  const stage = await outage({ home: 'page', options: { patience: 5_000, exposeAccessToken: true } })
  await expectToWait(stage, () => (stage.auth as TokenAuth).accessToken(API))
})

describe.each(HOMES)('%s: while renewing fails', (home) => {
  const withPatience = (patience = 5_000) => outage({ home, options: { patience } })

  it('H30 a token that is good is used at once', async () => {
    const stage = await withPatience()
    stage.provider.faults.token.never()
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    stage.provider.faults.token.always(breaks)
    const now = Date.now()
    sleep(595_000)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect(renewalOf(stage.auth.state)).toBe('degraded')
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect(Date.now() - now).toBe(595_000)
    expect(new Set(toApi(stage).map(({ request }) => request.headers.get('authorization'))).size).toBe(1)
  })

  it.each([5_000, 30_000])('H30 a call that needs a new one waits for its patience of %i ms', async (milliseconds) => {
    const stage = await withPatience(milliseconds)
    const call = refusal(stage.auth.authFetch(API))
    const isOver = ending(call)
    await settled()
    await advance(milliseconds - 1)
    expect(isOver()).toBe(false)
    await advance(1)
    const error = await call
    expect([error.code, isRetriable(error)]).toEqual(['network', true])
    expect(toApi(stage)).toEqual([])
    expect(stage.auth.state.status).toBe('signed-in')
  })

  it('H30 a call without patience is told in that very moment', async () => {
    const stage = await withPatience(0)
    const now = Date.now()
    await expectRefusal(stage.auth.authFetch(API), 'network')
    await expectRefusal(stage.auth.authFetch(API), 'network')
    expect(Date.now()).toBe(now)
    expect(refreshesAt(stage)).toHaveLength(1)
  })

  it('G11 a call that waits is sent once, as it is, when an attempt succeeds', async () => {
    const stage = await withPatience()
    const seen = watch(stage)
    const call = stage.auth.authFetch(API, { method: 'POST', body: 'a loom' })
    await settled()
    stage.provider.faults.token.never()
    await advance(4_000)
    expect(await (await call).json()).toEqual({ sub: 'ada', method: 'POST', body: 'a loom' })
    expect(toApi(stage)).toHaveLength(1)
    expect(refreshesAt(stage)).toHaveLength(2)
    expect(seen.map(renewalOf)).toEqual(['degraded', 'fresh'])
  })

  it('G18 a hundred calls that wait cause no attempt of their own, and are all sent with the new token', async () => {
    const stage = await withPatience()
    const calls = Promise.all(Array.from({ length: 100 }, () => stage.auth.authFetch(API)))
    await settled()
    expect(refreshesAt(stage)).toHaveLength(1)
    stage.provider.faults.token.never()
    await advance(4_000)
    expect((await calls).map(({ status }) => status)).toEqual(Array(100).fill(200))
    expect(refreshesAt(stage)).toHaveLength(2)
    expect(new Set(toApi(stage).map(({ request }) => request.headers.get('authorization'))).size).toBe(1)
  })

  it('G34 a call that is aborted waits no longer, and takes no other along', async () => {
    const stage = await withPatience()
    const stop = new AbortController()
    const calls = [stage.auth.authFetch(API, { signal: stop.signal }), stage.auth.authFetch(API)]
    const isOver = calls.map(ending)
    await settled()
    stop.abort(new DOMException('No longer wanted.', 'AbortError'))
    await expect(calls[0]).rejects.toThrow('No longer wanted.')
    expect(isOver[1]?.()).toBe(false)
    stage.provider.faults.token.never()
    await advance(4_000)
    expect((await calls[1])?.status).toBe(200)
    expect(toApi(stage)).toHaveLength(1)
  })

  it('G09 nobody has patience with a session that is over', async () => {
    const stage = await withPatience(60_000)
    stage.provider.faults.token.always(answers(400, { error: 'invalid_grant' }))
    const now = Date.now()
    expect((await refusal(stage.auth.authFetch(API))).provider?.error).toBe('invalid_grant')
    expect(Date.now()).toBe(now)
  })

  it('G09 a call that waits is refused when the session ends, and with what the provider said', async () => {
    const stage = await withPatience(60_000)
    const call = refusal(stage.auth.authFetch(API))
    await settled()
    stage.provider.faults.token.always(answers(400, { error: 'invalid_grant' }))
    await advance(4_000)
    expect(await call).toMatchObject({ code: 'login_required', provider: { error: 'invalid_grant' } })
    expect(toApi(stage)).toEqual([])
  })

  it('J09 a call that waits is refused when the person signs out', async () => {
    const stage = await withPatience(60_000)
    const call = refusal(stage.auth.authFetch(API))
    await settled()
    await stage.auth.logout()
    expect((await call).code).toBe('login_required')
    stage.provider.faults.token.never()
    await advance(60_000)
    expect(stage.auth.state).toEqual({ status: 'signed-out' })
    expect(refreshesAt(stage)).toHaveLength(1)
    expect(toApi(stage)).toEqual([])
  })

  it('G13 userInfo waits in the same way', async () => {
    const stage = await withPatience()
    await expectToWait(stage, () => stage.auth.userInfo())
  })

  it('G13 a call after a 401 waits as well, and is then sent anew', async () => {
    const stage = await withPatience()
    stage.provider.faults.token.never()
    await stage.auth.authFetch(API)
    sleep(10_000)
    stage.provider.faults.token.once(breaks)
    stage.provider.faults.api.once(answers(401, {}))
    vi.spyOn(Math, 'random').mockReturnValue(LOWEST)
    const call = stage.auth.authFetch(API, { method: 'PUT', body: 'thread' })
    await until(() => refreshesAt(stage).length === 2)
    await advance(1_000)
    expect(await (await call).json()).toMatchObject({ method: 'PUT', body: 'thread' })
    expect(refreshesAt(stage)).toHaveLength(3)
    const [refused, sent] = toApi(stage).slice(1)
    expect(first(sent ? [sent] : []).request.headers.get('authorization')).not.toBe(
      refused?.request.headers.get('authorization'),
    )
  })
})
