// @vitest-environment node
import type { RestoreStep } from 'latchkey'
import { held } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API } from '../api-calls.ts'
import { reloaded, returning, type Stage } from '../browser.ts'
import { settled, until } from '../clock.ts'
import type { HOMES } from '../homes/home.ts'
import { expectNoTokenTwice, withFrames } from '../persist/keeping.ts'
import { atExpiry, refreshesAt } from '../refreshing.ts'

type Home = (typeof HOMES)[number]

const codes = ({ provider }: Stage) => provider.requestsTo('token').filter(({ form }) => form.has('code')).length - 1

const isSilent = (url = '') => new URL(url).searchParams.get('prompt') === 'none'

/** The refresh token is spent at the provider, whose answer is on its way when the page is loaded anew. */
async function reloadedInMidRefresh(home: Home, restore: readonly RestoreStep[], frames = withFrames) {
  const stage = await atExpiry({ home, options: { restore } })
  frames(stage)
  const token = held()
  stage.provider.faults.token.once(token)
  stage.auth.authFetch(API).catch(() => {})
  await token.asked
  await settled()
  return { ...reloaded(stage), release: token.release }
}

/** The page is told to leave for the provider; the one that it comes back to starts. */
async function sentToProvider(stage: Stage) {
  void stage.auth.start()
  await until(() => stage.tab.departures.length === 2)
  expect(stage.tab.departures.map(isSilent)).toEqual([false, true])
  const back = await returning(stage)
  return { ...back, state: await back.auth.start() }
}

/** What came too late changes nothing, and neither does loading the page once more. */
async function expectAllGood(stage: Stage & { readonly release: () => void }) {
  stage.release()
  await settled()
  expect(await (await stage.auth.authFetch(API)).json()).toMatchObject({ sub: 'ada' })
  expectNoTokenTwice(stage)
}

describe.each(['page', 'worker'] as const)('%s: G17 a page that is loaded anew in mid-refresh', (home) => {
  it('finds its session in a hidden frame', async () => {
    const stage = await reloadedInMidRefresh(home, ['frame'])
    expect(await stage.auth.start()).toMatchObject({ status: 'signed-in', session: { user: { sub: 'ada' } } })
    expect([refreshesAt(stage).length, codes(stage), stage.tab.departures.length]).toEqual([1, 1, 1])
    await expectAllGood(stage)
  })

  it.each([[['redirect']], [['frame', 'redirect']]] as const)(
    'finds it by one redirect where no frame helps: %j',
    async (restore) => {
      const stage = await reloadedInMidRefresh(home, restore, () => {})
      const back = await sentToProvider(stage)
      expect(back.state).toMatchObject({ status: 'signed-in', session: { user: { sub: 'ada' } } })
      expect([refreshesAt(stage).length, codes(stage)]).toEqual([1, 1])
      await expectAllGood({ ...back, release: stage.release })
    },
  )

  it.each([
    ['nobody is signed in there any more', ['frame']],
    ['the app looks nowhere', []],
  ] as const)('is signed out once, without an error, where %s', async (_, restore) => {
    const stage = await reloadedInMidRefresh(home, restore, () => {})
    expect(await stage.auth.start()).toEqual({ status: 'signed-out' })
    const asked = stage.provider.requests.length
    stage.release()
    await settled()
    const next = reloaded(stage)
    expect(await next.auth.start()).toEqual({ status: 'signed-out' })
    expect(stage.provider.requests).toHaveLength(asked)
    expect(stage.tab.departures).toHaveLength(1)
  })

  it('goes to the provider and back once, and no more, where nobody is signed in there any more', async () => {
    const stage = await reloadedInMidRefresh(home, ['frame', 'redirect'], () => {})
    stage.provider.signIn(undefined)
    const back = await sentToProvider(stage)
    expect(back.state).toEqual({ status: 'signed-out' })
    const next = reloaded(back)
    expect(await next.auth.start()).toEqual({ status: 'signed-out' })
    expect(stage.tab.departures).toHaveLength(2)
    expect(refreshesAt(stage)).toHaveLength(1)
  })
})

describe('shared-worker: G17 a page that is loaded anew in mid-refresh', () => {
  it('finds the worker at it, and gets what comes', async () => {
    const stage = await reloadedInMidRefresh('shared-worker', ['frame'])
    expect(await stage.auth.start()).toMatchObject({ status: 'signed-in' })
    await expectAllGood(stage)
    expect([refreshesAt(stage).length, codes(stage)]).toEqual([1, 0])
  })
})
