// @vitest-environment node
import { answers, breaks } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { backFromProvider, reloaded, returning, signedIn } from './browser.ts'
import { settled } from './clock.ts'
import { watch } from './refreshing.ts'

describe('A reload during an outage', () => {
  it('that a silent redirect came back to: the reload after the outage looks for the session again', async () => {
    const one = await signedIn({ options: { restore: ['redirect'] } })
    const next = reloaded(one)
    void next.auth.start()
    await settled()
    one.provider.faults.token.once(answers(503))
    const back = await returning(next)
    expect(await back.auth.start()).toMatchObject({ status: 'signed-out', reason: { code: 'network' } })
    const departures = back.tab.departures.length
    // Over. Whoever reloads now is shown a sign-in button without a reason, for ten minutes.
    const again = reloaded(back)
    void again.auth.start()
    await settled()
    expect(again.tab.departures).toHaveLength(departures + 1)
  })

  async function reloadedInAnOutage(restore: ('frame' | 'redirect')[]) {
    const stage = reloaded(await signedIn({ options: { restore } }))
    stage.tab.frame = (url) => stage.provider.visit(url)
    stage.provider.faults.jwks.always(breaks)
    expect(await stage.auth.start()).toMatchObject({ status: 'signed-out', reason: { code: 'network' } })
    return stage
  }

  it('is over with a retry(): the session is looked for again', async () => {
    const stage = await reloadedInAnOutage(['frame'])
    stage.provider.faults.jwks.never()
    const seen = watch(stage)
    stage.auth.retry()
    expect(stage.auth.state.status).toBe('loading')
    expect(await stage.auth.start()).toMatchObject({ status: 'signed-in' })
    expect(seen.at(-1)?.status).toBe('signed-in')
  })

  it('that is not over when somebody tries goes on, and says why', async () => {
    const stage = await reloadedInAnOutage(['frame', 'redirect'])
    const departures = stage.tab.departures.length
    stage.auth.retry()
    expect(await stage.auth.start()).toMatchObject({ status: 'signed-out', reason: { code: 'network' } })
    expect(stage.tab.departures).toHaveLength(departures)
    stage.provider.faults.jwks.never()
    stage.auth.retry()
    expect(await stage.auth.start()).toMatchObject({ status: 'signed-in' })
  })

  it('looks for the session once, however often it is told to', async () => {
    const stage = await reloadedInAnOutage(['frame'])
    stage.provider.faults.jwks.never()
    const before = stage.provider.requestsTo('jwks').length
    for (let time = 0; time < 5; time += 1) stage.auth.retry()
    await stage.auth.start()
    stage.auth.retry()
    await settled()
    expect(stage.provider.requestsTo('jwks')).toHaveLength(before + 1)
    expect(stage.provider.requestsTo('token')).toHaveLength(2)
  })

  it('leads away once more where there is only the redirect', async () => {
    const stage = await reloadedInAnOutage(['redirect'])
    stage.provider.faults.jwks.never()
    stage.auth.retry()
    await settled()
    const back = await returning(stage)
    expect(await back.auth.start()).toMatchObject({ status: 'signed-in' })
  })
})

it('After a callback that failed there is nobody to look for: retry() asks nobody, and the reason is over', async () => {
  const stage = await backFromProvider()
  stage.provider.faults.token.once(breaks)
  expect(await stage.auth.start()).toMatchObject({ status: 'signed-out', reason: { code: 'network' } })
  const before = stage.provider.requests.length
  stage.auth.retry()
  expect(await stage.auth.start()).toEqual({ status: 'signed-out' })
  expect(stage.provider.requests).toHaveLength(before)
})
