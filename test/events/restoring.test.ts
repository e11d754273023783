// @vitest-environment node
import { connectVault, createAuth } from 'latchkey/remote'
import { breaks } from 'latchkey/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { firstVisit, reloaded, type Stage, signedIn } from '../browser.ts'
import { advance, settled } from '../clock.ts'
import { HOMES } from '../homes/home.ts'
import { keptSession, withFrames } from '../persist/keeping.ts'
import { openTab } from '../tab.ts'
import { bare, hearing, type Listening, listening } from './listening.ts'

const IN_FRAME = { options: { restore: ['frame'] } } as const
const BY_REDIRECT = { options: { restore: ['redirect'] } } as const
/** Of these the tokens are gone with the page. */
const MORTAL = HOMES.filter((home) => home !== 'shared-worker')

async function reloadedAndStarted(stage: Stage): Promise<Listening> {
  const page = listening(reloaded(stage))
  await page.auth.start()
  return page
}

/** The page that is led away at once, and has nothing to say; then the one that it comes back to. */
async function ledAwayAndBack(stage: Stage): Promise<Listening> {
  const page = listening(reloaded(stage))
  void page.auth.start()
  await settled()
  expect(stage.tab.departures).toHaveLength(2)
  expect(page.told).toEqual([])
  await stage.tab.follow(stage.provider)
  return listening({ ...stage, auth: stage.tab.createAuth(stage.options) })
}

describe.each(HOMES)('%s: a page that is opened', (home) => {
  it('by somebody who was never signed in has nothing to tell', async () => {
    const page = listening(firstVisit({ home, ...BY_REDIRECT }))
    await page.auth.start()
    expect(page.told).toEqual([])
  })
})

describe.each(MORTAL)('%s: after a reload, the session', (home) => {
  it('is restored in a hidden frame', async () => {
    const stage = await signedIn({ home, ...IN_FRAME })
    withFrames(stage)
    const page = await reloadedAndStarted(stage)
    expect(bare(page.told)).toEqual([{ type: 'session_restored', from: 'frame' }])
    expect(page.told[0]).toMatchObject({ at: Date.now(), home })
  })

  it('cannot be looked for while the provider is out of reach', async () => {
    const stage = await signedIn({ home, ...IN_FRAME })
    withFrames(stage)
    stage.provider.faults.token.always(breaks)
    const page = await reloadedAndStarted(stage)
    expect(bare(page.told)).toEqual([{ type: 'restore_failed', from: 'frame', code: 'network' }])
  })

  it('is restored by a retry() when the provider is there again', async () => {
    const stage = await signedIn({ home, ...IN_FRAME })
    withFrames(stage)
    stage.provider.faults.token.always(breaks)
    const page = await reloadedAndStarted(stage)
    stage.provider.faults.token.never()
    page.auth.retry()
    await page.auth.start()
    expect(bare(page.told).slice(1)).toEqual([{ type: 'session_restored', from: 'frame' }])
  })

  it('is restored by a redirect, which nobody takes for a login', async () => {
    const page = await ledAwayAndBack(await signedIn({ home, ...BY_REDIRECT }))
    await page.auth.start()
    expect(bare(page.told)).toEqual([{ type: 'session_restored', from: 'redirect' }])
  })

  it('that is gone at the provider is no news', async () => {
    const stage = await signedIn({ home, ...BY_REDIRECT })
    stage.provider.signIn(undefined)
    const page = await ledAwayAndBack(stage)
    expect(await page.auth.start()).toEqual({ status: 'signed-out' })
    expect(page.told).toEqual([])
  })

  it('is not known where the provider does not answer the page that is back', async () => {
    const page = await ledAwayAndBack(await signedIn({ home, ...BY_REDIRECT }))
    page.provider.faults.token.always(breaks)
    await page.auth.start()
    expect(bare(page.told)).toEqual([{ type: 'restore_failed', from: 'redirect', code: 'network' }])
  })

  it('is restored from where it is kept', async () => {
    const stage = await keptSession({ home })
    const page = await reloadedAndStarted(stage)
    expect(bare(page.told)).toEqual([{ type: 'session_restored', from: 'vault' }])
  })
})

it('A shared worker that lives on restores the session, also one that is degraded', async () => {
  const stage = await signedIn({ home: 'shared-worker' })
  stage.provider.faults.token.always(breaks)
  await advance(600_000)
  const page = await reloadedAndStarted(stage)
  expect(bare(page.told)).toEqual([
    { type: 'session_restored', from: 'vault' },
    { type: 'degraded', code: 'network' },
  ])
})

it('A shared worker whose session is over says so to the page that knew of it, not to the next', async () => {
  const stage = listening(await signedIn({ home: 'shared-worker' }))
  stage.provider.revokeEverything()
  await advance(600_000)
  expect(bare(stage.told)).toMatchObject([{ type: 'ended', why: 'refused', error: 'invalid_grant' }])
  expect((await reloadedAndStarted(stage)).told).toEqual([])
})

it.each([
  ['plain', ''],
  ['that looks like a callback', '?state=open'],
])('A worker that cannot be had is told of on a page with a URL %s', async (_, query) => {
  openTab(`https://app.example.com/${query}`)
  const vault = connectVault(() => Promise.reject(new Error('offline')))
  const told: Listening['told'][number][] = []
  const auth = hearing(createAuth({ vault }), told)
  onTestFinished(() => auth.dispose())
  await auth.start()
  expect(bare(told)).toEqual([{ type: 'restore_failed', from: 'vault', code: 'vault_unavailable' }])
  expect(told[0]?.home).toBeUndefined()
})

it('A living worker is where the session is from, also on a page whose URL looks like a callback', async () => {
  const stage = await signedIn({ home: 'shared-worker' })
  const page = listening(reloaded(stage, 'https://app.example.com/?state=open'))
  await page.auth.start()
  expect(bare(page.told)).toEqual([{ type: 'session_restored', from: 'vault' }])
})
