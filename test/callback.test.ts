// @vitest-environment node
import { answers, breaks, GRACE, held } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { backFromProvider, backWith, firstVisit, inAnotherTab, reloaded, returning, signedIn } from './browser.ts'
import { expectRefusedCallback, RESPONSE } from './callback/refused-callback.ts'
import { advance, settled, sleep } from './clock.ts'
import { expectNothingKept } from './coming-back.ts'
import { expectSignedOut, reasonOf } from './outcome.ts'
import { HOME, type Tab } from './tab.ts'

describe('A callback that no login of this tab is waiting for', () => {
  it('B01 without state is refused before a token request', async () => {
    await expectRefusedCallback(await backWith((url) => url.searchParams.delete('state')))
  })

  it.each([
    ['wrong', () => 'A'.repeat(43)],
    ['empty', () => ''],
    ['suffixed', (state: string) => `${state}A`],
    ['cut', (state: string) => state.slice(0, -1)],
    ['in another case', (state: string) => state.toLowerCase()],
    ['with a space', (state: string) => `${state} `],
    ['with a NUL', (state: string) => `${state}\u0000`],
    ['doubled', (state: string) => state + state],
    ['padded', (state: string) => `${state}=`],
    ['with a letter of another script', (state: string) => `${state.slice(0, -1)}ａ`],
    ['a name in storage', () => '../latchkey metadata https://login.example.com'],
    ['__proto__', () => '__proto__'],
    ['constructor', () => 'constructor'],
    ['undefined', () => 'undefined'],
    ['null', () => 'null'],
  ])('B02 with a state that is %s is refused', async (_, change) => {
    await expectRefusedCallback(
      await backWith((url) => url.searchParams.set('state', change(url.searchParams.get('state') ?? ''))),
    )
  })

  it('B03 of an attacker is refused, with and without a login of the victim under way', async () => {
    const attacker = await backFromProvider()
    const link = attacker.tab.url()
    const victim = inAnotherTab(attacker, link)
    await expectRefusedCallback(victim)
    await victim.auth.login()
    await expectRefusedCallback(reloaded(victim, link))
  })

  it('B06 says what happened when the storage was lost, and does not loop', async () => {
    const stage = await backWith((_, { tab }) => tab.sessionStorage.clear())
    await expectRefusedCallback(stage)
    expect(reasonOf(stage.auth.state).message).toBe('No login of this tab waits for this callback. Call login().')
    await stage.auth.login()
    expect(await (await returning(stage)).auth.start()).toMatchObject({ status: 'signed-in' })
  })

  it('B07 opened in another tab is refused there and still good in its own', async () => {
    const own = await backFromProvider()
    await expectRefusedCallback(inAnotherTab(own, own.tab.url()))
    own.tab.focus()
    expect(await own.auth.start()).toMatchObject({ status: 'signed-in' })
  })
})

describe('A login that took long', () => {
  it('B05 is refused after more than ten minutes, and a new one works', async () => {
    const stage = await backWith(() => sleep(601_000))
    expectSignedOut(await stage.auth.start(), 'callback_expired')
    expect(stage.provider.requestsTo('token')).toEqual([])
    expect(stage.tab.url()).toBe(HOME)
    expect(reasonOf(stage.auth.state).message).toMatch(/ten minutes.*login\(\)/)
    await expectNothingKept(stage)
    await stage.auth.login()
    expect(await (await returning(stage)).auth.start()).toMatchObject({ status: 'signed-in' })
  })

  it('B05 is purged by the next login', async () => {
    const { auth, tab } = firstVisit()
    await auth.login()
    const old = new URL(tab.departures[0] ?? '').searchParams.get('state') ?? ''
    const stored = () => JSON.stringify(Object.entries(tab.sessionStorage))
    expect(stored()).toContain(old)
    sleep(601_000)
    await auth.login()
    expect(stored()).not.toContain(old)
  })

  it('B05 is refused when the clock was set back by more than ten minutes meanwhile', async () => {
    const stage = await backWith(() => sleep(-601_000))
    expectSignedOut(await stage.auth.start(), 'callback_expired')
    expect(stage.provider.requestsTo('token')).toEqual([])
  })

  it('B05 is taken within ten minutes', async () => {
    const stage = await backWith(() => sleep(590_000))
    expect(await stage.auth.start()).toMatchObject({ status: 'signed-in' })
  })
})

describe('A callback that is loaded again', () => {
  it('B09 by the back button finds nothing: no second exchange', async () => {
    const stage = await backFromProvider()
    const callback = stage.tab.url()
    await stage.auth.start()
    expect(stage.tab.window().history.length).toBe(1)
    const again = reloaded(stage, callback)
    expectSignedOut(await again.auth.start(), 'callback_invalid')
    expect(stage.provider.requestsTo('token')).toHaveLength(1)
    expect(again.tab.url()).not.toMatch(RESPONSE)
  })

  it('B11 while the exchange is under way starts no second one', async () => {
    const stage = await backFromProvider()
    const callback = stage.tab.url()
    const token = held()
    stage.provider.faults.token.once(token)
    const first = stage.auth.start()
    await token.asked
    expect(stage.tab.url()).toBe(HOME)
    const again = reloaded(stage, callback)
    expectSignedOut(await again.auth.start(), 'callback_invalid')
    token.release()
    await first
    expect(stage.provider.requestsTo('token')).toHaveLength(1)
    expect(stage.provider.reuses()).toBe(0)
  })

  it('C31 halfway and then left is a clean start next time', async () => {
    const stage = await backFromProvider()
    const token = held()
    stage.provider.faults.token.once(token)
    void stage.auth.start()
    await token.asked
    const next = reloaded(stage)
    expect(await next.auth.start()).toEqual({ status: 'signed-out' })
    token.release()
    await settled()
    expect(next.auth.state).toEqual({ status: 'signed-out' })
    expect(stage.auth.state.status).not.toBe('signed-in')
    await next.auth.login()
    expect(await (await returning(next)).auth.start()).toMatchObject({ status: 'signed-in' })
  })

  it('C31 before the exchange began and then left is a clean start next time', async () => {
    const stage = await backFromProvider()
    stage.tab.sessionStorage.removeItem('latchkey metadata https://login.example.com')
    const discovery = held()
    stage.provider.faults.discovery.once(discovery)
    void stage.auth.start()
    await discovery.asked
    const next = reloaded(stage)
    expect(await next.auth.start()).toEqual({ status: 'signed-out' })
    discovery.release()
    await settled()
    expect(next.auth.state).toEqual({ status: 'signed-out' })
    expect(stage.auth.state.status).not.toBe('signed-in')
  })

  it('B10 from the back/forward cache looks at the clock: one refresh, and still one timer', async () => {
    const { auth, provider, tab } = await signedIn()
    sleep(3_600_000)
    for (const event of ['pageshow', 'pageshow']) dispatch(tab, event)
    await settled()
    expect(provider.requestsTo('token')).toHaveLength(2)
    expect((await auth.authFetch('https://api.example.com/')).status).toBe(200)
    await advance(600_000)
    expect(provider.requestsTo('token')).toHaveLength(3)
  })
})

function dispatch(tab: Tab, event: string) {
  const window = tab.window()
  window.dispatchEvent(new window.Event(event))
}

describe('The URL after a callback', () => {
  const OUTCOMES = {
    success: undefined,
    'a wrong issuer': (url: URL) => url.searchParams.set('iss', 'https://evil.example'),
    'an OAuth error': (url: URL) => url.searchParams.set('error', 'access_denied'),
    'a repeated code': (url: URL) => url.searchParams.append('code', 'x'),
    'a lost login': (url: URL) => url.searchParams.set('state', 'B'.repeat(43)),
    'a session_state beside it': (url: URL) => url.searchParams.set('session_state', 'x'),
  }
  it.each(Object.entries(OUTCOMES))('B13 is clean before anything is awaited, after %s', async (_, change) => {
    const stage = await backWith((url) => change?.(url))
    const starting = stage.auth.start()
    expect(stage.tab.url()).toBe(HOME)
    await starting
    expect(stage.tab.url()).toBe(HOME)
    expect(stage.tab.window().history.length).toBe(1)
  })

  it('B13 is clean after a token endpoint that fails', async () => {
    const stage = await backFromProvider()
    stage.provider.faults.token.once(breaks)
    expectSignedOut(await stage.auth.start(), 'network')
    expect(stage.tab.url()).toBe(HOME)
  })

  it('B13 keeps what is not of the response', async () => {
    const stage = firstVisit({ url: `${HOME}?code=x&state=${'C'.repeat(43)}&tab=2&error=no#part` })
    expectSignedOut(await stage.auth.start(), 'callback_invalid')
    expect(stage.tab.url()).toBe(`${HOME}?tab=2#part`)
  })

  it('B13 that cannot be changed is no reason to fail, and is spent all the same', async () => {
    const stage = await backFromProvider()
    const callback = stage.tab.url()
    stage.tab.window().history.replaceState = () => {
      throw new DOMException('More than 100 times per 10 seconds', 'SecurityError')
    }
    expect(await stage.auth.start()).toMatchObject({ status: 'signed-in' })
    expect(stage.tab.url()).toBe(callback)
    const again = reloaded(stage)
    await expectRefusedCallback({ ...again, provider: { ...again.provider, requestsTo: () => [] } })
    expect(stage.provider.requestsTo('token')).toHaveLength(1)
    expect(stage.provider.reuses()).toBe(0)
  })

  it('keeps the history state of a router', async () => {
    const stage = await backFromProvider()
    stage.tab.window().history.replaceState({ key: 'router' }, '', stage.tab.url())
    await stage.auth.start()
    expect(stage.tab.window().history.state).toEqual({ key: 'router' })
  })
})

describe("B14 An app's own query", () => {
  it.each([
    '/other?code=abc&state=def',
    '/other?error=full',
    '/?state=def',
    '/?code=SUMMER25',
    '/?code=SUMMER25&state=bavaria',
    '/?error=disk-full',
    '/#code=x&state=y',
  ])('is left alone at %s', async (path) => {
    const { auth, tab, provider } = firstVisit({ url: new URL(path, HOME).href })
    expect(await auth.start()).toEqual({ status: 'signed-out' })
    expect(tab.url()).toBe(new URL(path, HOME).href)
    expect(provider.requests).toEqual([])
  })

  it('is left alone on another page while a login is under way', async () => {
    const stage = firstVisit()
    await stage.auth.login()
    const callback = await stage.provider.visit(stage.tab.departures[0] ?? '')
    const elsewhere = reloaded(stage, `${HOME}other?code=SUMMER25&state=bavaria`)
    expect(await elsewhere.auth.start()).toEqual({ status: 'signed-out' })
    expect(stage.tab.url()).toBe(`${HOME}other?code=SUMMER25&state=bavaria`)
    expect(await reloaded(stage, callback).auth.start()).toMatchObject({ status: 'signed-in' })
  })
})

it('B33 A second login by somebody else replaces the first person entirely', async () => {
  const stage = await signedIn()
  await stage.auth.login()
  stage.provider.signIn(GRACE)
  const { auth, provider } = await returning(stage)
  expect(await auth.start()).toMatchObject({ session: { user: { sub: 'grace', name: 'Grace Hopper' } } })
  expect(await (await auth.authFetch('https://api.example.com/')).json()).toMatchObject({ sub: 'grace' })
  expect(provider.requestsTo('api')).toHaveLength(1)
})

it('The state says why, whatever the discovery answers at the callback', async () => {
  const stage = await backFromProvider()
  stage.tab.sessionStorage.removeItem(
    Object.keys(stage.tab.sessionStorage).find((key) => key.includes('metadata')) ?? '',
  )
  stage.provider.faults.discovery.once(answers(500))
  expectSignedOut(await stage.auth.start(), 'network')
})
