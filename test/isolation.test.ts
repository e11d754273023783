// @vitest-environment node
import { createAuth } from 'latchkey'
import { createTestProvider } from 'latchkey/testing'
import { describe, expect, it, vi } from 'vitest'
import { backFromProvider, firstVisit, optionsFor, returning, type Stage, signedIn } from './browser.ts'
import { advance, settled } from './clock.ts'
import { expectRefusal, expectSignedOut } from './outcome.ts'
import { HOME } from './tab.ts'

/** Another client in the same page, of another provider, with a callback page of its own. */
function neighbourOf({ tab }: Stage) {
  const issuer = 'https://id.example.net'
  const redirectUris = [`${HOME}photos`]
  const provider = createTestProvider({ issuer, clientId: 'photos-spa', redirectUris })
  const apis = [{ url: 'https://photos.example.net/' }]
  const options = { ...optionsFor(provider), issuer, clientId: 'photos-spa', redirectUri: '/photos', apis }
  return { provider, options, create: () => tab.createAuth(options) }
}

describe('K14 Two clients of one page', () => {
  it('each finish their own login, though both were under way at once', async () => {
    const stage = firstVisit()
    const other = neighbourOf(stage)
    await stage.auth.login({ returnTo: '/notes' })
    await other.create().login({ returnTo: '/album' })
    const [own = '', others = ''] = stage.tab.departures

    stage.tab.load(await other.provider.visit(others))
    const [, second] = [stage.tab.createAuth(stage.options), other.create()]
    expect(await second.start()).toMatchObject({ status: 'signed-in' })
    expect(stage.tab.url()).toBe(`${HOME}album`)

    stage.tab.load(await stage.provider.visit(own))
    const [first] = [stage.tab.createAuth(stage.options), other.create()]
    expect(await first.start()).toMatchObject({ status: 'signed-in' })
    expect(stage.tab.url()).toBe(`${HOME}notes`)
  })

  it('do not touch the callback of the other, whichever starts first', async () => {
    const stage = firstVisit()
    const other = neighbourOf(stage)
    await other.create().login()
    stage.tab.load(await other.provider.visit(stage.tab.departures[0] ?? ''))
    const bystander = stage.tab.createAuth(stage.options)
    expect(await bystander.start()).toEqual({ status: 'signed-out' })
    expect(await other.create().start()).toMatchObject({ status: 'signed-in' })
  })

  it('keep what they remember apart, by issuer and by client', async () => {
    const stage = firstVisit()
    const other = neighbourOf(stage)
    await stage.auth.login()
    await other.create().login()
    const names = Object.keys(stage.tab.sessionStorage)
    for (const { issuer, clientId } of [stage.options, other.options]) {
      const own = names.filter((name) => name.startsWith('latchkey login ') && name.includes(`${clientId} ${issuer}`))
      expect(own).toHaveLength(1)
      expect(names.filter((name) => name.includes('metadata') && name.includes(issuer))).toHaveLength(1)
    }
  })

  it('know nothing of the session of the other, and do not end it', async () => {
    const stage = await signedIn()
    const other = neighbourOf(stage).create()
    expect(await other.start()).toEqual({ status: 'signed-out' })
    await expectRefusal(other.authFetch('https://photos.example.net/'), 'login_required')
    await expectRefusal(other.authFetch('https://api.example.com/'), 'api_not_allowed')
    expect(await other.logout()).toBe('local')
    other.dispose()
    expect(stage.auth.state.status).toBe('signed-in')
    expect((await stage.auth.authFetch('https://api.example.com/')).status).toBe(200)
  })

  it('of the same configuration, as two copies of the library, exchange a code once', async () => {
    const { auth, provider, tab, options } = await backFromProvider()
    const copy = tab.createAuth(options)
    const [first, second] = await Promise.all([auth.start(), copy.start()])
    expect(first.status).toBe('signed-in')
    expect(second).toEqual({ status: 'signed-out' })
    expect(provider.requestsTo('token')).toHaveLength(1)
    expect(provider.reuses()).toBe(0)
  })

  it('of one provider and different ids do not take the login of the other', async () => {
    const stage = firstVisit()
    await stage.auth.login()
    const callback = await stage.provider.visit(stage.tab.departures[0] ?? '')
    stage.tab.load(callback)
    const other = stage.tab.createAuth({ ...stage.options, clientId: 'other-spa' })
    expectSignedOut(await other.start(), 'callback_invalid')
    expect(stage.provider.requestsTo('token')).toEqual([])
  })
})

/** Every way to talk to another window, tab or worker; answers what was opened and said. */
function listeningIn(stage: Stage) {
  const opened: string[] = []
  const said: unknown[] = []
  const post = (message: unknown, target: unknown) => void said.push([message, target])
  class Port extends EventTarget {
    postMessage = post
    start() {}
    close() {}
  }
  class Channel extends EventTarget {
    port1 = new Port()
    port2 = new Port()
    postMessage = post
    constructor() {
      super()
      opened.push(new.target.name)
    }
    close() {}
  }
  class MessageChannel extends Channel {}
  class BroadcastChannel extends Channel {}
  class SharedWorker extends Channel {}
  class Worker extends Channel {}
  const globals = { MessageChannel, BroadcastChannel, SharedWorker, Worker, postMessage: post }
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value)
  const window = stage.tab.window()
  const open = (url: unknown) => void opened.push(`window ${url}`)
  const other = { postMessage: post, location: { origin: HOME } }
  Object.assign(window, { postMessage: post, open })
  Object.defineProperty(window, 'opener', { value: other, configurable: true })
  return { opened, said }
}

describe('A client talks to no other window', () => {
  it.each(['strict', 'none'] as const)(
    'I08, I09, K08, K13 through a whole session, with %s refresh tokens: no channel, no port, no message',
    async (refreshTokens) => {
      const stage = await backFromProvider({ provider: { refreshTokens } })
      const { opened, said } = listeningIn(stage)
      stage.tab.frame = (url) => stage.provider.visit(url)
      expect((await stage.auth.start()).status).toBe('signed-in')
      await advance(1_300_000)
      expect(stage.provider.requestsTo('token').length).toBeGreaterThan(2)
      expect((await stage.auth.authFetch('https://api.example.com/')).status).toBe(200)
      await stage.auth.userInfo()
      await stage.auth.logout()
      await settled()
      stage.auth.dispose()
      expect({ opened, said }).toEqual({ opened: [], said: [] })
    },
  )

  it('K13, K07 nor do a callback that is refused, and a page in a frame', async () => {
    const stage = firstVisit({ url: `${HOME}?code=x&state=${'x'.repeat(43)}` })
    const { opened, said } = listeningIn(stage)
    expectSignedOut(await stage.auth.start(), 'callback_invalid')
    await stage.auth.login()
    const next = await returning(stage)
    next.provider.faults.token.once(() => new Response(null, { status: 500 }))
    await next.auth.start()
    expect({ opened, said }).toEqual({ opened: [], said: [] })
  })
})

describe('L09 On a server', () => {
  it('clients of two requests share nothing', async () => {
    const provider = createTestProvider()
    const options = { ...optionsFor(provider), fetch: provider.fetch }
    const [one, other] = [createAuth(options), createAuth(options)]
    const seen: string[] = []
    other.subscribe(({ status }) => seen.push(status))
    expect(await one.start()).toEqual({ status: 'loading', waitingFor: 'start' })
    expect(await one.logout()).toBe('local')
    one.dispose()
    expect(other.state).toEqual({ status: 'loading', waitingFor: 'start' })
    expect(seen).toEqual([])
    expect(provider.requests).toEqual([])
    for (const name of ['document', 'window', 'sessionStorage']) expect(name in globalThis, name).toBe(false)
  })
})
