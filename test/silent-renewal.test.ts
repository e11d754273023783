// @vitest-environment node
import { breaks, GRACE } from 'latchkey/testing'
import { describe, expect, it, vi } from 'vitest'
import { API } from './api-calls.ts'
import { type Script, signedIn } from './browser.ts'
import { advance, sleep, until } from './clock.ts'
import { expectRefusal, expectSignedOut, reasonOf, refusal } from './outcome.ts'
import { refreshesAt, renewalOf, wake, watch } from './refreshing.ts'

const inFragment = (url: URL) => {
  url.hash = url.search.slice(1)
  url.search = ''
}

describe('Without a refresh token', () => {
  const none: Script = { provider: { refreshTokens: 'none' } }

  it('G33 the session ends with a reason when the token does, if the frame finds nobody', async () => {
    const stage = await signedIn(none)
    const seen = watch(stage)
    await advance(555_000)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    await advance(60_000)
    expectSignedOut(stage.auth.state, 'login_required')
    expect(seen).toHaveLength(1)
    expect(stage.provider.requestsTo('token')).toHaveLength(1)
    expect(stage.tab.departures).toHaveLength(1)
  })

  it('G33 a hidden prompt=none frame renews it, and goes away', async () => {
    const stage = await signedIn(none)
    const seen = watch(stage)
    const framed: string[] = []
    stage.tab.frame = (url) => {
      framed.push(url)
      return stage.provider.visit(url)
    }
    await advance(1_800_000)
    expect(framed.length).toBeGreaterThan(2)
    for (const url of framed) expect(new URL(url).searchParams.get('prompt')).toBe('none')
    expect(seen).toEqual([])
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect(stage.tab.window().document.body.children).toHaveLength(0)
    expect(refreshesAt(stage)).toHaveLength(0)
  })

  it.each([
    ['of another state', (url: URL) => url.searchParams.set('state', 'x')],
    ['without a state', (url: URL) => url.searchParams.delete('state')],
    ['with the state twice', (url: URL) => url.searchParams.append('state', url.searchParams.get('state') ?? '')],
    ['without the issuer that was promised', (url: URL) => url.searchParams.delete('iss')],
    ['without a code', (url: URL) => url.searchParams.delete('code')],
    ['in the fragment', inFragment],
    ['of another issuer', (url: URL) => url.searchParams.set('iss', 'https://evil.example')],
    ['with a code of somebody else', (url: URL) => url.searchParams.set('code', 'x')],
  ])('K06 an answer %s in the frame signs nobody in', async (_, change) => {
    const stage = await signedIn(none)
    stage.tab.frame = async (asked) => {
      const url = new URL(await stage.provider.visit(asked))
      change(url)
      return url.href
    }
    await advance(700_000)
    expectSignedOut(stage.auth.state, 'login_required')
    await expectRefusal(stage.auth.authFetch(API), 'login_required')
    expect(stage.provider.requestsTo('api')).toEqual([])
    expect(stage.tab.window().document.body.children).toHaveLength(0)
  })

  it('B33 another person in the frame ends the session', async () => {
    const stage = await signedIn(none)
    stage.tab.frame = (url) => stage.provider.visit(url)
    stage.provider.signIn(GRACE)
    await advance(700_000)
    expectSignedOut(stage.auth.state, 'login_required')
  })

  it('K06 the stale answer of the frame before signs nobody in', async () => {
    const stage = await signedIn(none)
    let before: string | undefined
    stage.tab.frame = async (asked) => {
      before ??= await stage.provider.visit(asked)
      return before
    }
    await advance(700_000)
    expect(stage.auth.state.status).toBe('signed-in')
    await advance(700_000)
    expectSignedOut(stage.auth.state, 'login_required')
    expect(stage.provider.requestsTo('token')).toHaveLength(2)
  })

  it('K06 an answer of a stranger in the frame, to a page of another origin, is not read', async () => {
    const stage = await signedIn(none)
    stage.tab.frame = async (asked) => {
      const url = new URL(await stage.provider.visit(asked))
      return `https://evil.example/${url.search}`
    }
    await advance(700_000)
    expectSignedOut(stage.auth.state, 'login_required')
    expect(stage.provider.requestsTo('token')).toHaveLength(1)
  })

  it('K06, K08 is spoken to by nobody: what other windows post renews nothing', async () => {
    const stage = await signedIn(none)
    const window = stage.tab.window()
    stage.tab.frame = async (asked) => {
      const data = { type: 'authorization_response', response: Object.fromEntries(new URL(asked).searchParams) }
      for (const origin of ['https://login.example.com', 'https://app.example.com', 'https://evil.example'])
        window.dispatchEvent(new window.MessageEvent('message', { data, origin }))
      return undefined
    }
    await advance(620_000)
    expect(stage.auth.state).toMatchObject({ status: 'signed-in', renewal: { status: 'degraded', code: 'timeout' } })
    expect(stage.provider.requestsTo('token')).toHaveLength(1)
  })

  it('K05 a frame in which nothing ever loads is given up after the time limit, removed, and signs nobody out', async () => {
    const stage = await signedIn(none)
    const { children } = stage.tab.window().document.body
    stage.tab.frame = async () => undefined
    sleep(601_000)
    const refused = refusal(stage.auth.authFetch(API))
    await until(() => children.length > 0)
    await advance(10_000)
    expect((await refused).code).toBe('timeout')
    expect(stage.auth.state).toMatchObject({ status: 'signed-in', renewal: { status: 'degraded', code: 'timeout' } })
    expect(children).toHaveLength(0)
    expect(stage.provider.requestsTo('api')).toEqual([])
  })

  it.each(['https://login.example.com/please-sign-in', 'about:blank'])(
    'K05 a frame that ends on %s is given up after the time limit, and removed',
    async (end) => {
      const stage = await signedIn(none)
      const { children } = stage.tab.window().document.body
      stage.tab.frame = async () => end
      sleep(601_000)
      const refused = refusal(stage.auth.authFetch(API))
      await until(() => children.length > 0 || stage.auth.state.status === 'signed-out')
      await advance(10_000)
      const error = await refused
      expect(error.code).toBe('login_required')
      expect(error.message).toContain('frame')
      expect(reasonOf(stage.auth.state)).toBe(error)
      expect(children).toHaveLength(0)
      expect(stage.provider.requestsTo('api')).toEqual([])
      expect(vi.getTimerCount()).toBe(0)
    },
  )

  it('K05 a frame that shows an error page while the provider is out of reach signs nobody out', async () => {
    const stage = await signedIn(none)
    const seen = watch(stage)
    stage.tab.frame = async () => 'chrome-error://chromewebdata/'
    for (const endpoint of ['jwks', 'token'] as const) stage.provider.faults[endpoint].always(breaks)
    await advance(620_000)
    expect(stage.auth.state.status).toBe('signed-in')
    await expectRefusal(stage.auth.authFetch(API), 'network')
    for (const endpoint of ['jwks', 'token'] as const) stage.provider.faults[endpoint].never()
    stage.tab.frame = (asked) => stage.provider.visit(asked)
    wake(stage.tab)
    // The last attempt may have been just now.
    await advance(1_000)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect(seen.map(renewalOf)).toEqual(['degraded', 'fresh'])
  })

  it('G33 a frame that answered leaves no timer of its own', async () => {
    const stage = await signedIn(none)
    stage.tab.frame = (url) => stage.provider.visit(url)
    await advance(600_000)
    expect(stage.provider.requestsTo('token')).toHaveLength(2)
    expect(vi.getTimerCount()).toBe(1)
  })

  it('K05 the frame is sandboxed without scripts, and hidden', async () => {
    const stage = await signedIn(none)
    let seen: unknown
    stage.tab.frame = async (asked) => {
      const end = await stage.provider.visit(asked)
      const [frame] = stage.tab.window().document.body.children
      seen = [frame?.getAttribute('sandbox'), (frame as unknown as HTMLElement | undefined)?.hidden]
      return end
    }
    await advance(610_000)
    expect(seen).toEqual(['allow-same-origin', true])
  })
})
