// @vitest-environment node
import type { AuthState } from 'latchkey'
import { breaks, held } from 'latchkey/testing'
import { describe, expect, it, vi } from 'vitest'
import { backFromProvider, firstVisit, reloaded, signedIn } from './browser.ts'
import { advance, settled, until } from './clock.ts'
import { expectSignedOut } from './outcome.ts'

describe('start()', () => {
  it('asks the provider nothing when nobody is signing in', async () => {
    const { auth, provider, tab } = firstVisit()
    expect(auth.state).toEqual({ status: 'loading', waitingFor: 'start' })
    expect(await auth.start()).toEqual({ status: 'signed-out' })
    await advance(60_000)
    expect(provider.requests).toEqual([])
    expect([...Object.keys(tab.sessionStorage), ...Object.keys(tab.localStorage)]).toEqual([])
  })

  it('I14 after a reload is signed out, without a reason, a request or a redirect, where nothing is to be tried', async () => {
    const stage = await signedIn({ options: { restore: [] } })
    const before = stage.provider.requests.length
    const next = reloaded(stage)
    expect(await next.auth.start()).toEqual({ status: 'signed-out' })
    expect(stage.provider.requests).toHaveLength(before)
    expect(stage.tab.departures).toHaveLength(1)
  })

  it('called twice, as in StrictMode, exchanges the code once and answers both the same', async () => {
    const { auth, provider } = await backFromProvider()
    const [first, second] = await Promise.all([auth.start(), auth.start()])
    expect(first).toBe(second)
    expect(await auth.start()).toBe(first)
    expect(first.status).toBe('signed-in')
    expect(provider.requestsTo('token')).toHaveLength(1)
    expect(provider.reuses()).toBe(0)
  })

  it('exchanges the code once for two clients of one page', async () => {
    const { auth, provider, tab, options } = await backFromProvider()
    const other = tab.createAuth(options)
    await Promise.all([auth.start(), other.start()])
    expect(provider.requestsTo('token')).toHaveLength(1)
    expect(provider.reuses()).toBe(0)
  })

  it('asks for the keys beside the token request, not after it', async () => {
    const { auth, provider } = await backFromProvider()
    const token = held()
    provider.faults.token.once(token)
    const starting = auth.start()
    await token.asked
    await until(() => provider.requestsTo('jwks').length > 0)
    token.release()
    expect((await starting).status).toBe('signed-in')
    expect(
      provider.requests
        .map(({ endpoint }) => endpoint)
        .slice(1)
        .sort(),
    ).toEqual(['jwks', 'token'])
  })

  it('makes one serial round trip on a cold callback: discovery is remembered from before the redirect', async () => {
    const { auth, provider } = await backFromProvider()
    expect(provider.requests.map(({ endpoint }) => endpoint)).toEqual(['discovery'])
    await auth.start()
    expect(provider.requestsTo('discovery')).toHaveLength(1)
  })

  it('never rejects, and can be followed by a login', async () => {
    const stage = await backFromProvider()
    stage.provider.faults.token.once(breaks)
    expectSignedOut(await stage.auth.start(), 'network')
    await stage.auth.login()
    expect(stage.tab.departures).toHaveLength(2)
  })

  it('waits until a prerendered page is shown', async () => {
    const { auth, provider, tab } = await backFromProvider()
    const { document, Event } = tab.window()
    Object.defineProperty(document, 'prerendering', { value: true, configurable: true })
    const starting = auth.start()
    await settled()
    expect(provider.requestsTo('token')).toEqual([])
    expect(tab.url()).toContain('code=')
    Object.defineProperty(document, 'prerendering', { value: false })
    document.dispatchEvent(new Event('prerenderingchange'))
    expect((await starting).status).toBe('signed-in')
  })
})

describe('The state', () => {
  it('is loading until start() has finished, says what for, and is then told once', async () => {
    const { auth } = await backFromProvider()
    const seen: AuthState[] = []
    auth.subscribe((state) => seen.push(state))
    const starting = auth.start()
    expect(auth.state).toEqual({ status: 'loading', waitingFor: 'callback' })
    await starting
    const steps = seen.flatMap((state) => (state.status === 'loading' ? state.waitingFor : []))
    expect(new Set(steps)).toEqual(new Set(['callback']))
    expect(seen.slice(steps.length)).toEqual([auth.state])
    expect(seen.at(-1)).toBe(auth.state)
  })

  it('is told of each step that is new, and no other', async () => {
    const stage = reloaded(await signedIn({ options: { restore: ['frame'] } }))
    stage.tab.frame = (url) => stage.provider.visit(url)
    const steps: string[] = []
    stage.auth.subscribe((state) => steps.push(state.status === 'loading' ? state.waitingFor : state.status))
    await stage.auth.start()
    // In a worker the vault has to answer first.
    expect(steps).toEqual([...(stage.auth.home === 'page' ? [] : ['vault']), 'frame', 'signed-in'])
  })

  it('is the same object until it changes, and cannot be changed from outside', async () => {
    const { auth } = await signedIn()
    const { state } = auth
    await auth.authFetch('https://api.example.com/')
    expect(auth.state).toBe(state)
    const { session } = state.status === 'signed-in' ? state : { session: undefined }
    for (const part of [state, session, session?.user, session?.scope])
      expect(Object.isFrozen(part) && part).toBeTruthy()
  })

  it('is told to nobody who has stopped listening, and to all others though one of them throws', async () => {
    const { auth, tab } = await signedIn()
    const seen: string[] = []
    const stop = auth.subscribe(() => seen.push('stopped'))
    auth.subscribe(() => {
      throw new Error('a broken listener')
    })
    auth.subscribe((state) => seen.push(state.status))
    stop()
    await auth.logout()
    expect(seen).toEqual(['signed-out'])
    expect(tab.reported).toEqual([new Error('a broken listener')])
  })

  it('is told twice to a listener that subscribed twice, and once after one of them stopped', async () => {
    const { auth } = await signedIn()
    let told = 0
    const listener = () => {
      told += 1
    }
    const stop = auth.subscribe(listener)
    auth.subscribe(listener)
    stop()
    stop()
    await auth.logout()
    expect(told).toBe(1)
  })
})

it('Every member works when taken off the object', async () => {
  const stage = firstVisit()
  const { login, start, subscribe, logout, authFetch, dispose } = stage.auth
  subscribe(() => {})()
  await start()
  await login()
  await expect(authFetch('https://api.example.com/')).rejects.toMatchObject({ code: 'login_required' })
  expect(await logout()).toBe('local')
  dispose()
  expect(stage.tab.departures).toHaveLength(1)
})

describe('While the code is being exchanged', () => {
  async function exchanging() {
    const stage = await backFromProvider()
    const token = held()
    stage.provider.faults.token.once(token)
    const starting = stage.auth.start()
    await token.asked
    return { ...stage, token, starting }
  }

  it('dispose() stays: the late answer begins no session and sets no timer', async () => {
    const { auth, provider, token, starting } = await exchanging()
    auth.dispose()
    token.release()
    await starting
    expect(auth.state.status).not.toBe('signed-in')
    await advance(1_200_000)
    expect(provider.requestsTo('token')).toHaveLength(1)
    await expect(auth.authFetch('https://api.example.com/')).rejects.toMatchObject({ code: 'login_required' })
  })

  it('logout() stays: the late answer signs nobody in', async () => {
    const { auth, provider, token, starting } = await exchanging()
    await auth.logout()
    token.release()
    await starting
    expect(auth.state.status).toBe('signed-out')
    await advance(1_200_000)
    expect(provider.requestsTo('token')).toHaveLength(1)
  })

  it('authFetch() is refused, and sends nothing', async () => {
    const { auth, provider, token, starting } = await exchanging()
    await expect(auth.authFetch('https://api.example.com/')).rejects.toMatchObject({ code: 'login_required' })
    token.release()
    expect((await starting).status).toBe('signed-in')
    expect(provider.requestsTo('api')).toEqual([])
  })
})

it('L07 dispose() leaves no timer and no listener', async () => {
  const { auth, provider, tab } = await signedIn()
  expect(vi.getTimerCount()).toBe(1)
  auth.dispose()
  expect(vi.getTimerCount()).toBe(0)
  await advance(3_600_000)
  const window = tab.window()
  for (const event of ['online', 'pageshow']) window.dispatchEvent(new window.Event(event))
  await settled()
  expect(provider.requestsTo('token')).toHaveLength(1)
  expect(auth.state.status).toBe('signed-out')
  await expect(auth.authFetch('https://api.example.com/')).rejects.toMatchObject({ code: 'login_required' })
})
