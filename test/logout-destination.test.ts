// @vitest-environment node
import type { AuthOptions, ProviderMetadata } from 'latchkey'
import { changes } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { firstVisit, reloaded, returning, signedIn } from './browser.ts'
import { settled } from './clock.ts'
import { HOME } from './tab.ts'

describe('Where logout() leads', () => {
  const leavesFor = async (options: Partial<AuthOptions>, url?: string) => {
    const stage = await signedIn({ options, ...(url && { url }) })
    await stage.auth.logout()
    return new URL(stage.tab.departures.at(-1) ?? '').searchParams.getAll('post_logout_redirect_uri')
  }

  it.each([
    ['/bye', `${HOME}bye`],
    [`${HOME}bye?from=app`, `${HOME}bye?from=app`],
  ])('J01 is the page that the app configured: %s', async (postLogoutRedirectUri, expected) => {
    expect(await leavesFor({ postLogoutRedirectUri })).toEqual([expected])
  })

  it.each([
    '?post_logout_redirect_uri=https://evil.example/',
    '?postLogoutRedirectUri=https://evil.example/',
    '?returnTo=https://evil.example/&redirect_uri=https://evil.example/&next=//evil.example',
    '#post_logout_redirect_uri=https://evil.example/',
  ])('J16 is nothing that a link says: %s', async (link) => {
    expect(await leavesFor({}, HOME + link)).toEqual([HOME])
    const stage = reloaded(await signedIn({ options: { restore: [] } }), HOME + link)
    expect(await stage.auth.start()).toEqual({ status: 'signed-out' })
    expect(await stage.auth.logout()).toBe('local')
    expect(stage.tab.departures).toHaveLength(1)
  })

  it('J16 is the page that the app configured, though the endpoint has another in its query', async () => {
    const end_session_endpoint = 'https://login.example.com/logout?post_logout_redirect_uri=https://evil.example/&x=1'
    const stage = firstVisit()
    stage.provider.faults.discovery.always(changes((body) => ({ ...body, end_session_endpoint })))
    await stage.auth.login()
    const { auth, tab } = await returning(stage)
    await auth.start()
    await auth.logout()
    const { searchParams } = new URL(tab.departures.at(-1) ?? '')
    expect(searchParams.getAll('post_logout_redirect_uri')).toEqual([HOME])
    expect(searchParams.get('x')).toBe('1')
  })

  const HOSTILE = [
    'javascript:alert(1)',
    '\tJaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'blob:https://app.example.com/x',
    'vbscript:x',
    'file:///x',
    '/logout',
    '//evil.example/logout',
    'http://login.example.com/logout',
    'http://localhost/logout',
    'https://user:pw@login.example.com/logout',
    '',
    42,
    null,
    {},
    ['https://login.example.com/logout'],
  ]

  it.each(HOSTILE)('J05, J06 is nowhere when the provider says %j: a local sign-out', async (end_session_endpoint) => {
    const stage = firstVisit()
    stage.provider.faults.discovery.always(changes((body) => ({ ...body, end_session_endpoint })))
    await stage.auth.login()
    const { auth, tab, provider } = await returning(stage)
    expect((await auth.start()).status).toBe('signed-in')
    expect(await auth.logout()).toBe('local')
    await settled()
    expect(auth.state).toEqual({ status: 'signed-out' })
    expect(tab.departures).toHaveLength(1)
    expect(provider.requestsTo('revocation')).toHaveLength(1)
  })

  it.each(HOSTILE)('J06 is nowhere when metadata by hand says %j', async (end_session_endpoint) => {
    const metadata = {
      authorization_endpoint: 'https://login.example.com/authorize',
      token_endpoint: 'https://login.example.com/token',
      jwks_uri: 'https://login.example.com/jwks',
      end_session_endpoint,
    } as ProviderMetadata
    const { auth, tab } = await signedIn({ options: { metadata } })
    expect(await auth.logout()).toBe('local')
    expect(tab.departures).toHaveLength(1)
  })

  it.each(HOSTILE)('J06 is asked nothing where the revocation endpoint is %j', async (revocation_endpoint) => {
    const stage = firstVisit()
    stage.provider.faults.discovery.always(changes((body) => ({ ...body, revocation_endpoint })))
    await stage.auth.login()
    const { auth, provider } = await returning(stage)
    await auth.start()
    const before = provider.requests.length
    expect(await auth.logout()).toBe('provider')
    await settled()
    expect(provider.requests).toHaveLength(before)
  })

  it.each(['javascript:alert(1)', 'https://evil.example/logout'])(
    'J06 is not %s, though another script has written it into storage',
    async (end_session_endpoint) => {
      const stage = firstVisit()
      await stage.auth.login()
      const { sessionStorage } = stage.tab
      const [name = ''] = Object.keys(sessionStorage).filter((key) => key.includes('metadata'))
      const kept = JSON.parse(sessionStorage.getItem(name) ?? '')
      sessionStorage.setItem(name, JSON.stringify({ ...kept, value: { ...kept.value, end_session_endpoint } }))
      const { auth, tab } = await returning(stage)
      await auth.start()
      await auth.logout()
      for (const url of tab.departures) expect(url).toMatch(/^https:\/\/login\.example\.com\//)
    },
  )
})

describe('J17 Nobody is signed out', () => {
  it.each([
    '?logout',
    '?logout=1&post_logout_redirect_uri=/',
    '#logout',
    'logout',
    '?state=x&logged_out',
    '?iss=x&sid=y',
  ])('by a link to %s', async (link) => {
    const { auth, provider, tab } = await signedIn({ url: HOME })
    const window = tab.window()
    window.history.pushState(null, '', HOME + link)
    for (const event of ['popstate', 'hashchange']) window.dispatchEvent(new window.Event(event))
    await settled()
    expect(auth.state.status).toBe('signed-in')
    expect(provider.requestsTo('revocation')).toEqual([])
    expect(tab.departures).toHaveLength(1)
  })

  it.each(['logout', { type: 'logout' }, { type: 'latchkey', signedOut: true }, 'unchanged', 'changed', 'error'])(
    'by the message %j of another window',
    async (data) => {
      const { auth, provider, tab } = await signedIn()
      const window = tab.window()
      for (const origin of ['https://evil.example', 'https://login.example.com', 'https://app.example.com'])
        window.dispatchEvent(new window.MessageEvent('message', { data, origin }))
      await settled()
      expect(auth.state.status).toBe('signed-in')
      expect(provider.requestsTo('revocation')).toEqual([])
      expect(tab.departures).toHaveLength(1)
    },
  )
})
