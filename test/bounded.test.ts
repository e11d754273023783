// @vitest-environment node
import { type Auth, createAuth } from 'latchkey'
import { hangs, held, unauthorized } from 'latchkey/testing'
import { describe, expect, it, vi } from 'vitest'
import { API, EXPIRED, refreshes } from './api-calls.ts'
import { backFromProvider, firstVisit, type Stage, signedIn } from './browser.ts'
import { advance, settled, sleep, until } from './clock.ts'
import { counting } from './counting.ts'
import { refusal } from './outcome.ts'
import { HOME } from './tab.ts'

const A_THOUSAND = 1_000
const TWO_MINUTES = 120_000
const NOTHING = { listeners: 0, timers: 0 }

/** Comes back from the provider without a new page, as if one script after the other were loaded into it. */
async function comesBack({ tab, provider }: Stage) {
  const callback = await provider.visit(tab.departures.at(-1) ?? '')
  tab.window().history.replaceState(null, '', callback)
}

/** All that an app does with a client: a login, a call that makes it refresh, a subscription, and its end. */
async function wholeLife(stage: Stage, seen: (auth: Auth) => void = () => {}) {
  const leaving = createAuth(stage.options)
  await leaving.start()
  await leaving.login()
  leaving.dispose()
  await comesBack(stage)
  const auth = createAuth(stage.options)
  auth.subscribe(() => {})
  await auth.start()
  stage.provider.faults.api.once(() => unauthorized(EXPIRED))
  await auth.authFetch(API)
  seen(auth)
  auth.dispose()
}

describe('L07 What a client leaves behind', () => {
  it(
    'is nothing: a thousand logins, refreshes and ends in one page leave no listener and no timer',
    async () => {
      const stage = firstVisit({ provider: { algorithm: 'ES256' } })
      stage.auth.dispose()
      const count = counting(stage.tab)
      const kept = new Set<number>()
      let signedInTimes = 0
      for (let life = 0; life < A_THOUSAND; life += 1) {
        await wholeLife(stage, ({ state }) => {
          if (state.status === 'signed-in') signedInTimes += 1
          // Three that wake it, three that see it brought back, and one that hears of other tabs.
          expect(count()).toEqual({ listeners: 7, timers: 1 })
        })
        expect(count()).toEqual(NOTHING)
        kept.add(stage.tab.sessionStorage.length)
      }
      expect(signedInTimes).toBe(A_THOUSAND)
      expect(stage.provider.requestsTo('token')).toHaveLength(2 * A_THOUSAND)
      expect([...kept]).toEqual([1])
    },
    TWO_MINUTES,
  )

  it('is nothing where it was created and never started, or started and never signed in', async () => {
    const { tab, options, auth } = firstVisit()
    auth.dispose()
    const count = counting(tab)
    for (let life = 0; life < A_THOUSAND; life += 1) {
      createAuth(options).dispose()
      const started = createAuth(options)
      await started.start()
      expect(count().listeners).toBe(3)
      started.dispose()
      started.dispose()
      expect(count()).toEqual(NOTHING)
    }
  })

  it('is as much as it was while nobody disposes of it: calls and refreshes add nothing', async () => {
    const stage = await backFromProvider()
    const count = counting(stage.tab)
    await stage.auth.start()
    const before = count()
    for (let call = 0; call < 200; call += 1) {
      await stage.auth.authFetch(API)
      stage.auth.subscribe(() => {})()
    }
    await advance(7_200_000)
    expect(refreshes(stage)).toBeGreaterThan(12)
    expect(count()).toEqual(before)
  })
})

describe('dispose()', () => {
  it('stops following: listeners hear nothing of what comes after it', async () => {
    const stage = await signedIn()
    const seen: string[] = []
    stage.auth.subscribe(({ status }) => seen.push(status))
    stage.auth.dispose()
    await stage.auth.logout()
    sleep(601_000)
    await settled()
    expect(seen).toEqual([])
  })

  it('stops listening: a page that is shown again asks for nothing', async () => {
    const stage = await signedIn()
    const count = counting(stage.tab)
    stage.auth.dispose()
    sleep(3_600_000)
    const window = stage.tab.window()
    for (const event of ['online', 'pageshow']) window.dispatchEvent(new window.Event(event))
    window.document.dispatchEvent(new window.Event('visibilitychange', { bubbles: true }))
    await settled()
    expect(refreshes(stage)).toBe(0)
    expect(count()).toEqual(NOTHING)
  })

  it('during a refresh leaves no timer when the answer has come', async () => {
    const stage = await signedIn()
    const token = held()
    stage.provider.faults.token.once(token)
    sleep(601_000)
    const refused = refusal(stage.auth.authFetch(API))
    await token.asked
    stage.auth.dispose()
    token.release()
    expect((await refused).code).toBe('login_required')
    await settled()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('during a refresh that fails starts no other', async () => {
    const stage = await signedIn()
    stage.provider.faults.token.always(hangs)
    sleep(601_000)
    const refused = refusal(stage.auth.authFetch(API))
    await until(() => refreshes(stage) === 1)
    stage.auth.dispose()
    await advance(10_000)
    expect((await refused).code).toBe('login_required')
    expect(vi.getTimerCount()).toBe(0)
    await advance(600_000)
    expect(refreshes(stage)).toBe(1)
  })

  it('during a login goes nowhere', async () => {
    const stage = firstVisit()
    const count = counting(stage.tab)
    const document = held()
    stage.provider.faults.discovery.once(document)
    const login = stage.auth.login()
    await document.asked
    stage.auth.dispose()
    document.release()
    await login.catch(() => {})
    await settled()
    expect(stage.tab.departures).toEqual([])
    expect(count()).toEqual(NOTHING)
  })

  it('while the page is prerendered finishes no login when it is shown', async () => {
    const stage = await backFromProvider()
    const { document, Event } = stage.tab.window()
    Object.defineProperty(document, 'prerendering', { value: true, configurable: true })
    const count = counting(stage.tab)
    const starting = stage.auth.start()
    stage.auth.dispose()
    Object.defineProperty(document, 'prerendering', { value: false })
    document.dispatchEvent(new Event('prerenderingchange'))
    await starting
    await settled()
    expect(stage.provider.requestsTo('token')).toEqual([])
    expect(stage.tab.url()).toContain(HOME)
    expect(count()).toEqual(NOTHING)
  })
})
