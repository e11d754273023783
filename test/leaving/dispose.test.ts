// @vitest-environment node
import type { AuthState } from 'latchkey'
import { held } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API, refreshes, toApi } from '../api-calls.ts'
import { backFromProvider, firstVisit, inAnotherTab, returning, type Stage, signedIn } from '../browser.ts'
import { advance, settled, sleep } from '../clock.ts'
import { HOMES } from '../homes/home.ts'
import { expectRefusal, refusal } from '../outcome.ts'
import { atExpiry, watch } from '../refreshing.ts'

const HOUR = 3_600_000

/** The same page with another client, as after hot reloading. */
const anew = (stage: Stage): Stage => ({ ...stage, auth: stage.tab.createAuth(stage.options) })

describe.each(HOMES)('%s: A client that is disposed of', (home) => {
  // A shared worker belongs to no page: it goes on with what it was asked to do.
  const goesOn = home === 'shared-worker'

  it('L07 in the middle of a refresh refuses who waits, tells nobody, and nothing is sent from then on', async () => {
    const stage = await atExpiry({ home })
    const token = held()
    stage.provider.faults.token.once(token)
    const calls = [1, 2, 3].map(() => refusal(stage.auth.authFetch(API)))
    await token.asked
    await settled()
    const seen = watch(stage)
    stage.auth.dispose()
    token.release()
    expect((await Promise.all(calls)).map(({ code }) => code)).toEqual(Array(3).fill('login_required'))
    await advance(HOUR)
    await expectRefusal(stage.auth.authFetch(API), 'login_required')
    expect(stage.auth.state.status).toBe('signed-out')
    expect(seen.filter(({ status }) => status === 'signed-in')).toEqual([])
    expect(toApi(stage)).toEqual([])
    if (!goesOn) expect(refreshes(stage)).toBe(1)
  })

  it('L07 in the middle of start() answers that nobody is signed in, and sends nothing more', async () => {
    const stage = await backFromProvider({ home })
    const token = held()
    stage.provider.faults.token.once(token)
    const starting = stage.auth.start()
    await token.asked
    const heard: AuthState[] = watch(stage)
    stage.auth.dispose()
    token.release()
    await starting
    await settled()
    expect(heard).toEqual([])
    expect(stage.auth.state.status).not.toBe('signed-in')
    await expectRefusal(stage.auth.authFetch(API), 'login_required')
    if (!goesOn) await advance(HOUR)
    expect(stage.provider.requestsTo('token')).toHaveLength(1)
  })

  it('L07 in the middle of login() leaves for nowhere, and the next one of this page can sign in', async () => {
    const stage = firstVisit({ home })
    await stage.auth.start()
    const discovery = held()
    stage.provider.faults.discovery.once(discovery)
    const leaving = stage.auth.login().catch(() => {})
    await discovery.asked
    stage.auth.dispose()
    discovery.release()
    await leaving
    await settled()
    expect(stage.tab.departures).toEqual([])
    const next = anew(stage)
    await next.auth.login()
    const back = await returning(next)
    expect(await back.auth.start()).toMatchObject({ status: 'signed-in' })
    expect(stage.tab.departures).toHaveLength(1)
  })

  it('L07 in the middle of logout() stays signed out, and so is the next one of this page', async () => {
    const stage = await signedIn({ home })
    const revocation = held()
    stage.provider.faults.revocation.once(revocation)
    const leaving = stage.auth.logout()
    await revocation.asked
    stage.auth.dispose()
    revocation.release()
    await leaving
    await settled()
    const next = anew(stage)
    expect(await next.auth.start()).toMatchObject({ status: 'signed-out' })
    expect(toApi(stage)).toEqual([])
  })

  it('L07 twice, and after that a start(): nothing happens', async () => {
    const stage = firstVisit({ home })
    stage.auth.dispose()
    stage.auth.dispose()
    const state = await stage.auth.start()
    expect(state.status).not.toBe('signed-in')
    await settled()
    expect(stage.provider.requests).toEqual([])
  })
})

describe('shared-worker: A client that is disposed of', () => {
  it('L07 in the middle of a refresh takes nothing from the next one of this page, and from other tabs', async () => {
    const stage = await signedIn({ home: 'shared-worker' })
    const other = inAnotherTab(stage)
    await other.auth.start()
    const token = held()
    stage.provider.faults.token.once(token)
    sleep(601_000)
    stage.tab.focus()
    const call = refusal(stage.auth.authFetch(API))
    await token.asked
    stage.auth.dispose()
    const next = anew(stage)
    expect(await next.auth.start()).toMatchObject({ status: 'signed-in' })
    token.release()
    expect((await call).code).toBe('login_required')
    for (const { auth, tab } of [next, other]) {
      tab.focus()
      expect((await auth.authFetch(API)).status).toBe(200)
    }
    expect(refreshes(stage)).toBe(1)
  })
})

describe.each(HOMES)('%s: A second start()', (home) => {
  it('is the first one, before it has finished and after', async () => {
    const { auth, provider } = await backFromProvider({ home })
    const [one, two] = await Promise.all([auth.start(), auth.start()])
    expect(two).toBe(one)
    expect(await auth.start()).toBe(auth.state)
    expect(auth.state.status).toBe('signed-in')
    expect([provider.requestsTo('token').length, provider.reuses()]).toEqual([1, 0])
  })
})
