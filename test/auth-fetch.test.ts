// @vitest-environment node
import { redirects } from 'latchkey/testing'
import { describe, expect, it, vi } from 'vitest'
import { API, first, toApi } from './api-calls.ts'
import { firstVisit, signedIn } from './browser.ts'
import { expectRefusal } from './outcome.ts'
import { HOME } from './tab.ts'

/** Whether `fetch` would not refuse the URL by itself. */
const isFetchable = (url: string) =>
  URL.canParse(url, HOME) && !new URL(url, HOME).username && !new URL(url, HOME).password

describe('authFetch sends nothing', () => {
  it.each([
    ['H01', 'https://evil.example'],
    ['H01', 'https://login.example.com/userinfo'],
    ['H02', 'https://api.example.com.evil.tld/'],
    ['H02', 'https://api.example.comevil.tld/'],
    ['H02', 'https://evil.tld/https://api.example.com/'],
    ['H02', 'https://evil.tld/?https://api.example.com/'],
    ['H02', 'https://evil.tld#https://api.example.com/'],
    ['H02', 'https://xapi.example.com/'],
    ['H03', 'https://api.example.com@evil.tld/'],
    ['H03', 'https://api.example.com:443@evil.tld/'],
    ['H03', 'https://ada:pw@api.example.com/'],
    ['H03', 'https://ada@api.example.com/'],
    ['H03', 'https://api.example.com%5c@evil.tld/x'],
    ['H03', 'https://api.example.com%2f@evil.tld/'],
    ['H03', 'https://:@api.example.com@evil.tld/'],
    ['H05', 'https://api.example.com./'],
    ['H05', 'https://api.example.com../'],
    ['H05', 'https://API.EXAMPLE.COM.:443/'],
    ['H06', 'https://арі.example.com/'],
    ['H06', 'https://xn--80a6aa.example.com/'],
    ['H06', 'https://api.example.соm/'],
    ['H06', 'https://ap\u0131.example.com/'],
    ['H06', 'https://api.example\u2024com/'],
    ['H06', 'https://api.example.com\u0338.evil.tld/'],
    ['H07', 'http://api.example.com/'],
    ['H07', 'ws://api.example.com/'],
    ['H07', 'wss://api.example.com/'],
    ['H08', 'https://api.example.com:8443/'],
    ['H08', 'https://x.api.example.com/'],
    ['H08', 'https://example.com/'],
    ['H08', 'https://api.example.com:80/'],
    ['H08', 'https://api-example.com/'],
    ['H08', 'https://api%2eexample.com.evil.tld/'],
    ['H10', '/x'],
    ['H10', 'x'],
    ['H10', ''],
    ['H10', '//evil.tld/x'],
    ['H10', '\\\\evil.tld\\x'],
    ['H10', 'blob:https://api.example.com/00000000-0000-0000-0000-000000000000'],
    ['H10', 'data:text/plain,x'],
    ['H10', 'javascript:alert(1)'],
    ['H10', 'about:blank'],
    ['H10', 'https://'],
    ['H10', 'http://['],
  ])('%s to %s', async (_, url) => {
    const stage = await signedIn()
    const before = stage.provider.requests.length
    // What fetch() itself would refuse is no matter of the configured APIs.
    await expectRefusal(stage.auth.authFetch(url), isFetchable(url) ? 'api_not_allowed' : 'configuration')
    if (URL.canParse(url) && !url.includes('@') && !url.startsWith('about')) {
      await expectRefusal(stage.auth.authFetch(new URL(url)), 'api_not_allowed')
      await expectRefusal(stage.auth.authFetch(new Request(url)), 'api_not_allowed')
    }
    expect(stage.provider.requests).toHaveLength(before)
  })

  it.each([
    '/apix',
    '/x/api',
    '/api/../admin',
    '/api/./../admin',
    '/api/%2e%2e/admin',
    '/api/.%2E/admin',
    '/api%2f..%2fadmin',
    '/api/..%2fadmin',
    '/api/..%5cadmin',
    '/api/%2e%2e%2fadmin',
    '/api/x%2f%2e%2e%2f..%2fadmin',
    '/api%5c..%5cadmin',
    '/api\\..\\admin',
    '/API',
    '/ap%69',
    '//api',
    '/',
    '',
    '/api/..;/admin',
    '/api/..;x=1/admin',
    '/api/..%3b/admin',
    '/api/%252e%252e%252fadmin',
  ])('H09 to a path beside the configured one: %s', async (path) => {
    const stage = await signedIn({ options: { apis: [{ url: 'https://api.example.com/api' }] } })
    await expectRefusal(stage.auth.authFetch(`https://api.example.com${path}`), 'api_not_allowed')
    expect(toApi(stage)).toEqual([])
  })

  it('H10 where a <base> points a relative URL elsewhere', async () => {
    const stage = await signedIn({ options: { apis: [{ url: 'https://app.example.com/api/' }] } })
    const { document } = stage.tab.window()
    document.head.innerHTML = '<base href="https://evil.example/">'
    await expectRefusal(stage.auth.authFetch('/api/notes'), 'api_not_allowed')
    expect(stage.provider.requestsTo('elsewhere')).toEqual([])
  })

  it('H26 in mode no-cors, which cannot carry a token', async () => {
    const stage = await signedIn()
    await expectRefusal(stage.auth.authFetch(API, { mode: 'no-cors' }), 'configuration')
    expect(toApi(stage)).toEqual([])
  })

  it('H29 while nobody is signed in: before start(), after it, and after logout', async () => {
    const stage = firstVisit()
    await expectRefusal(stage.auth.authFetch(API), 'login_required')
    await stage.auth.start()
    await expectRefusal(stage.auth.authFetch(API), 'login_required')
    const other = await signedIn()
    await other.auth.logout()
    await expectRefusal(other.auth.authFetch(API), 'login_required')
    expect([...toApi(stage), ...toApi(other)]).toEqual([])
  })

  it('H09 L08 to a path of 100,000 dots, slashes and encodings beside the configured one', async () => {
    const stage = await signedIn({ options: { apis: [{ url: 'https://api.example.com/api' }] } })
    for (const part of ['../', './', '%2e', '%2f', '%2e%2e%2f', ';', 'a;', '\\', '%25']) {
      const path = `/api/${part.repeat(100_000 / part.length)}%2f..%2f`
      await expectRefusal(stage.auth.authFetch(`https://api.example.com${path}`), 'api_not_allowed')
    }
    expect(toApi(stage)).toEqual([])
  })

  it('where no api is configured', async () => {
    const stage = await signedIn({ options: { apis: [] } })
    await expectRefusal(stage.auth.authFetch(API), 'api_not_allowed')
  })
})

describe('authFetch sends the token', () => {
  it.each([
    'HTTPS://API.EXAMPLE.COM:443/../x',
    'https://api.example.com',
    'https://api.example.com/a/../b?c=d#e',
    ' https://api.example.com/\n',
  ])('H04 to %j, which is the same after parsing', async (url) => {
    const stage = await signedIn()
    expect((await stage.auth.authFetch(url)).status).toBe(200)
    expect(toApi(stage)[0]?.request.url).toBe(new URL(url).href)
  })

  it.each(['/api', '/api/', '/api/x', '/api?x=1', '/api#x', '/x/../api/y', '/api/a%2fb', '/api/a..b', '/api/...'])(
    'H09 to %s within the configured path',
    async (path) => {
      for (const url of ['https://api.example.com/api', 'https://api.example.com/api/']) {
        const stage = await signedIn({ options: { apis: [{ url }] } })
        expect((await stage.auth.authFetch(`https://api.example.com${path}`)).status).toBe(200)
      }
    },
  )

  it('H10 to a relative URL of an API of this origin', async () => {
    const api = 'https://app.example.com/api/'
    const stage = await signedIn({ options: { apis: [{ url: api }] }, provider: { api } })
    expect((await stage.auth.authFetch('/api/notes')).status).toBe(200)
    expect((await stage.auth.authFetch('api/notes')).status).toBe(200)
  })

  it('H28 in the header alone, never in URL or body', async () => {
    const stage = await signedIn()
    await stage.auth.authFetch(`${API}notes?x=1`, { method: 'POST', body: 'text' })
    const { request, url } = first(toApi(stage))
    expect(request.headers.get('authorization')).toMatch(/^Bearer ey/)
    expect(url.href).toBe(`${API}notes?x=1`)
    expect(await request.text()).toBe('text')
  })

  it('H01 but not the refresh or ID token, and no cookies by itself', async () => {
    const stage = await signedIn()
    await stage.auth.authFetch(API)
    const { request } = first(toApi(stage))
    expect(request.credentials).toBe('same-origin')
    expect([...request.headers.keys()]).toEqual(['authorization'])
  })

  it.each([302, 307, 308])('H11 and it does not arrive where the API redirects to (%i)', async (status) => {
    const stage = await signedIn()
    stage.provider.faults.api.once(redirects('https://evil.example/steal', status))
    expect((await stage.auth.authFetch(API)).redirected).toBe(true)
    const { request } = first(stage.provider.requestsTo('elsewhere'))
    expect(request.headers.has('authorization')).toBe(false)
  })

  it('H12 nor does it with a POST', async () => {
    const stage = await signedIn()
    stage.provider.faults.api.once(redirects('https://evil.example/steal', 307))
    await stage.auth.authFetch(API, { method: 'POST', body: 'text' })
    const { request } = first(stage.provider.requestsTo('elsewhere'))
    expect(request.headers.has('authorization')).toBe(false)
  })

  it('H32 by the fetch that the page had when createAuth was called', async () => {
    const stage = firstVisit()
    vi.stubGlobal('fetch', stage.provider.fetch)
    const { fetch: _, ...options } = stage.options
    const auth = stage.tab.createAuth(options)
    const patched = vi.fn()
    vi.stubGlobal('fetch', patched)
    await auth.login()
    await stage.tab.follow(stage.provider)
    vi.stubGlobal('fetch', stage.provider.fetch)
    const next = stage.tab.createAuth(options)
    vi.stubGlobal('fetch', patched)
    await next.start()
    expect((await next.authFetch(API)).status).toBe(200)
    expect(patched).not.toHaveBeenCalled()
  })
})
