// @vitest-environment node
import { type Auth, type AuthState, createAuth, type TokenAuth } from 'latchkey'
import { type AuthEvent, withEvents } from 'latchkey/events'
import { createTestAuth, type TestAuth } from 'latchkey/testing'
import { describe, expect, expectTypeOf, it, vi } from 'vitest'
import { API } from '../api-calls.ts'
import { backFromProvider, firstVisit, optionsFor, signedIn } from '../browser.ts'
import { advance, settled } from '../clock.ts'
import { HOMES } from '../homes/home.ts'
import { watch } from '../refreshing.ts'
import { bare, hearing, listening, typesOf } from './listening.ts'

describe.each(HOMES)('%s: an auth that tells', (home) => {
  it('says and does what the one does that it was made of, also by functions taken off it', async () => {
    const stage = await backFromProvider({ home })
    const page = listening(stage)
    const { start, subscribe, authFetch, userInfo, logout, login, retry, dispose } = page.auth
    const expected = watch(stage)
    const seen: AuthState[] = []
    const stop = subscribe((state) => seen.push(state))
    expect(await start()).toBe(stage.auth.state)
    expect(await start()).toBe(await stage.auth.start())
    expect(page.auth.state).toBe(stage.auth.state)
    expect(page.auth.home).toBe(home)
    retry()
    expect(await (await authFetch(API)).json()).toMatchObject({ sub: 'ada' })
    expect(await userInfo()).toMatchObject({ sub: 'ada' })
    expect(await logout()).toBe('provider')
    expect(page.auth.state).toBe(stage.auth.state)
    await login({ returnTo: '/notes/7' })
    expect(seen).toEqual(expected)
    expect(seen.at(-1)).toBe(stage.auth.state)
    stop()
    dispose()
    expect(typesOf(page)).toEqual(['session_restored', 'ended', 'login_started'])
  })
})

describe('A listener', () => {
  it('that throws is reported, and harms nothing', async () => {
    const stage = await signedIn()
    const auth = withEvents(stage.auth, ({ type }) => {
      throw new Error(`no monitoring today: ${type}`)
    })
    const seen = watch(stage)
    await advance(600_000)
    await expect(auth.authFetch('https://evil.example/')).rejects.toMatchObject({ code: 'api_not_allowed' })
    await auth.logout()
    await auth.login()
    expect(seen.map(({ status }) => status)).toEqual(['signed-out'])
    expect(stage.tab.reported.map(String)).toEqual(
      ['refreshed', 'request_refused', 'ended', 'login_started'].map((type) => `Error: no monitoring today: ${type}`),
    )
  })

  it('that takes its time is not waited for', async () => {
    const stage = await signedIn()
    const slow = vi.fn(() => new Promise<void>(() => {}))
    const auth = withEvents(stage.auth, slow)
    await auth.logout()
    expect(slow).toHaveBeenCalledOnce()
    expect(auth.state.status).toBe('signed-out')
  })

  it('may act on what it is told: what comes of it is told after it', async () => {
    const stage = await signedIn()
    const told: AuthEvent[] = []
    const auth = withEvents(stage.auth, (event) => {
      told.push(event)
      if (event.type === 'refreshed') void auth.logout()
    })
    await advance(600_000)
    await settled()
    expect(bare(told)).toEqual([{ type: 'refreshed' }, { type: 'ended', why: 'logout' }])
  })

  it('is not there on a server, where nothing happens', async () => {
    const { provider } = firstVisit()
    for (const name of ['window', 'document', 'sessionStorage']) vi.stubGlobal(name, undefined)
    const told: AuthEvent[] = []
    const auth = hearing(createAuth({ ...optionsFor(provider), redirectUri: 'https://app.example.com/' }), told)
    expect(await auth.start()).toEqual({ status: 'loading', waitingFor: 'start' })
    expect(told).toEqual([])
  })
})

describe('The type', () => {
  it('is that of the auth it was given', () => {
    const options = optionsFor(firstVisit().provider)
    const told: AuthEvent[] = []
    const auth = hearing(createAuth(options), told)
    const tokenAuth = hearing(createAuth({ ...options, exposeAccessToken: true }), told)
    const testAuth = hearing(createTestAuth(), told)
    expectTypeOf(auth).toEqualTypeOf<Auth>()
    expectTypeOf(tokenAuth).toEqualTypeOf<TokenAuth>()
    expectTypeOf(testAuth).toEqualTypeOf<TestAuth>()
    // @ts-expect-error: this app has not asked for it
    expect(auth.accessToken).toBeUndefined()
    expect(tokenAuth.accessToken).toBeTypeOf('function')
    testAuth.signOut()
    expect(bare(told)).toEqual([{ type: 'ended', why: 'elsewhere' }])
  })

  it('of an event is known by its `type`', () => {
    const words = (event: AuthEvent): string => {
      switch (event.type) {
        case 'login_started':
          return event.mode
        case 'login_finished':
        case 'recovered':
          return String(event.milliseconds)
        case 'session_restored':
          return event.from
        case 'login_failed':
        case 'restore_failed':
        case 'degraded':
        case 'request_refused':
          return event.code
        case 'ended':
          return event.why
        case 'refreshed':
          return ''
      }
    }
    expect(words({ type: 'ended', why: 'refused', at: 0, home: 'page' })).toBe('refused')
    // @ts-expect-error: nobody was refused anything
    const wrong: AuthEvent = { type: 'refreshed', code: 'network', at: 0, home: 'page' }
    expect(wrong.type).toBe('refreshed')
  })
})
