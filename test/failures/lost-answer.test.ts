// @vitest-environment node
import { GRACE } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API, toApi } from '../api-calls.ts'
import { returning, type Script, type Stage } from '../browser.ts'
import { advance, settled } from '../clock.ts'
import { HOMES } from '../homes/home.ts'
import { expectSignedOut, refusal } from '../outcome.ts'
import { atExpiry, refreshesAt, renewalOf, watch } from '../refreshing.ts'
import { inTime, soon } from './cell.ts'
import { LOST, withGrace } from './lost.ts'

const HOUR = 3_600_000
const KINDS = Object.entries(LOST)

/** Each URL that a hidden frame was pointed to. */
function watchFrames({ tab }: Stage, load: (url: string) => Promise<string | undefined>): string[] {
  const asked: string[] = []
  tab.frame = (url) => {
    asked.push(url)
    return load(url)
  }
  return asked
}

const codes = ({ provider }: Stage) => provider.requestsTo('token').filter(({ form }) => form.has('code')).length - 1

describe.each(HOMES)('%s: an answer that was lost', (home) => {
  const begin = (script: Script = {}) =>
    atExpiry({ home, ...script, options: { restore: ['frame'], patience: 60_000, ...script.options } })

  it.each(KINDS)(
    'G17, by %s: the provider is asked in a frame, and the call that waited goes out',
    async (_, fault) => {
      const stage = await begin()
      const seen = watch(stage)
      const frames = watchFrames(stage, (url) => stage.provider.visit(url))
      stage.provider.faults.token.once(fault)
      const response = await inTime(stage.auth.authFetch(API, { method: 'POST', body: 'a loom' }))
      expect(await response.json()).toEqual({ sub: 'ada', method: 'POST', body: 'a loom' })
      expect(seen.map(renewalOf)).toEqual(['degraded', 'fresh'])
      expect(frames.map((url) => new URL(url).searchParams.get('prompt'))).toEqual(['none'])
      expect([refreshesAt(stage).length, codes(stage), toApi(stage).length]).toEqual([2, 1, 1])
      expect(stage.tab.departures).toHaveLength(1)
    },
  )

  it.each(KINDS)('G35, by %s: a period of grace is enough', async (_, fault) => {
    const stage = await begin()
    const seen = watch(stage)
    const frames = watchFrames(stage, (url) => stage.provider.visit(url))
    stage.provider.faults.token.always(withGrace(60_000, fault))
    expect((await inTime(stage.auth.authFetch(API))).status).toBe(200)
    expect(seen.map(renewalOf)).toEqual(['degraded', 'fresh'])
    expect(frames).toEqual([])
    expect([refreshesAt(stage).length, codes(stage), stage.provider.reuses()]).toEqual([2, 0, 0])
    await advance(HOUR / 2)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect(seen).toHaveLength(2)
  })

  it('G35 a period of grace that is over is none', async () => {
    const stage = await begin({ options: { patience: 0 } })
    const frames = watchFrames(stage, (url) => stage.provider.visit(url))
    stage.provider.faults.token.always(withGrace(0, LOST['a reset']))
    expect((await refusal(stage.auth.authFetch(API))).code).toBe('network')
    await soon(() => renewalOf(stage.auth.state) === 'fresh')
    expect(frames).toHaveLength(1)
    expect(stage.provider.reuses()).toBe(1)
  })
})

describe.each(HOMES)('%s: an answer that was lost at a strict provider, and nobody to be found', (home) => {
  const begin = (script: Script = {}) =>
    atExpiry({ home, ...script, options: { restore: ['frame'], ...script.options } })

  /** One sign-out, which an app can offer a way out of, and nothing more until somebody takes it. */
  async function expectOneLogin(stage: Stage, framesAsked: number, load: (url: string) => Promise<string | undefined>) {
    const seen = watch(stage)
    const frames = watchFrames(stage, load)
    stage.provider.faults.token.once(LOST['a reset'])
    expect((await refusal(stage.auth.authFetch(API))).code).toBe('network')
    await soon(() => stage.auth.state.status === 'signed-out')
    expectSignedOut(stage.auth.state, 'login_required')
    await advance(HOUR)
    expect((await refusal(stage.auth.authFetch(API))).code).toBe('login_required')
    expect(seen.map(renewalOf)).toEqual(['degraded', 'signed-out'])
    expect([refreshesAt(stage).length, frames.length]).toEqual([2, framesAsked])
    expect(stage.tab.departures).toHaveLength(1)

    await stage.auth.login()
    const back = await returning(stage)
    expect(await back.auth.start()).toMatchObject({ status: 'signed-in' })
    expect((await back.auth.authFetch(API)).status).toBe(200)
  }

  it('G17 where the frame is refused', async () => {
    const stage = await begin()
    await expectOneLogin(stage, 1, async (asked) => {
      const { origin, searchParams } = new URL(asked)
      const answer = { error: 'login_required', state: searchParams.get('state') ?? '', iss: origin }
      return `${searchParams.get('redirect_uri')}?${new URLSearchParams(answer)}`
    })
  })

  it('G17 where the frame shows a page of the provider, and does so again', async () => {
    await expectOneLogin(await begin(), 2, async () => 'https://login.example.com/sign-in')
  })

  it.each([[[]], [['redirect']]] as const)('G17 where the app asks in no frame: %j', async (restore) => {
    const stage = await begin({ options: { restore } })
    await expectOneLogin(stage, 0, (url) => stage.provider.visit(url))
  })

  it('G17 where another person is signed in there by now', async () => {
    const stage = await begin()
    stage.provider.signIn(GRACE)
    await expectOneLogin(stage, 1, (url) => stage.provider.visit(url))
    expect(toApi(stage)).toHaveLength(1)
  })

  it('G17 while the frame fails in passing nobody is signed out, and it is asked again', async () => {
    const stage = await begin()
    const seen = watch(stage)
    const frames = watchFrames(stage, async () => undefined)
    stage.provider.faults.token.once(LOST['a reset'])
    expect((await refusal(stage.auth.authFetch(API))).code).toBe('network')
    await soon(() => frames.length >= 2)
    expect(stage.auth.state).toMatchObject({ status: 'signed-in', renewal: { status: 'degraded', code: 'timeout' } })
    stage.tab.frame = (url) => stage.provider.visit(url)
    await soon(() => renewalOf(stage.auth.state) === 'fresh')
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect(seen.map(renewalOf)).toEqual(['degraded', 'fresh'])
    await settled()
  })

  it('G09 a refusal with no doubt is final: no frame is asked', async () => {
    const stage = await begin()
    const frames = watchFrames(stage, (url) => stage.provider.visit(url))
    stage.provider.revokeEverything()
    expect((await refusal(stage.auth.authFetch(API))).code).toBe('login_required')
    expect(frames).toEqual([])
  })
})
