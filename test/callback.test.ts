// @vitest-environment node

import { answers, breaks, changes, createTestProvider, GRACE, held } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import {
  backFromProvider,
  backWith,
  firstVisit,
  inAnotherTab,
  optionsFor,
  reloaded,
  returning,
  signedIn,
} from './browser.ts'
import { advance, settled, sleep } from './clock.ts'
import { expectSignedOut, reasonOf } from './outcome.ts'
import { HOME, type Tab } from './tab.ts'

const RESPONSE = /[?&](code|state|iss|error|error_description|error_uri|session_state|response)=/

/** The response was refused before anything was asked of the provider, and is gone from the URL. */
async function expectRefusedCallback(stage: Awaited<ReturnType<typeof backWith>>) {
  expectSignedOut(await stage.auth.start(), 'callback_invalid')
  expect(stage.provider.requestsTo('token')).toEqual([])
  expect(stage.tab.url()).not.toMatch(RESPONSE)
  expect(stage.tab.departures.length).toBeLessThan(2)
}

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
    ['__proto__', () => '__proto__'],
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
    await expectRefusedCallback(await backWith((_, { tab }) => tab.sessionStorage.clear()))
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
  })

  it('B10 from the back/forward cache looks at the clock: one refresh, and still one timer', async () => {
    const { auth, provider, tab } = await signedIn()
    sleep(3_600_000)
    for (const event of ['pageshow', 'pageshow']) dispatch(tab, event)
    await settled()
    expect(provider.requestsTo('token')).toHaveLength(2)
    expect((await auth.authFetch('https://api.example.com/')).status).toBe(200)
    await advance(600_000)
    expect(provider.requestsTo('token').length).toBeLessThanOrEqual(3)
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

  it('is left alone on another page, even with the state of a login under way', async () => {
    const stage = firstVisit()
    await stage.auth.login()
    const callback = await stage.provider.visit(stage.tab.departures[0] ?? '')
    const elsewhere = reloaded(stage, callback.replace(HOME, `${HOME}other`))
    expect(await elsewhere.auth.start()).toEqual({ status: 'signed-out' })
    expect(stage.tab.url()).toContain('code=')
    expect(await reloaded(stage, callback).auth.start()).toMatchObject({ status: 'signed-in' })
  })
})

describe('An error response', () => {
  const saying = (parameters: Record<string, string>) =>
    backWith((url) => {
      url.searchParams.delete('code')
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
    })

  it('B15 becomes a reason with its code and description', async () => {
    const { auth, provider, tab } = await saying({
      error: 'access_denied',
      error_description: 'Ada said no',
      error_uri: 'https://evil.example/why',
    })
    const state = await auth.start()
    expectSignedOut(state, 'provider_error')
    expect(state).toMatchObject({ reason: { provider: { error: 'access_denied', description: 'Ada said no' } } })
    expect(provider.requests.map(({ endpoint }) => endpoint)).toEqual(['discovery'])
    expect(tab.departures).toHaveLength(1)
  })

  it('B17 with a code beside it makes no token request', async () => {
    const { auth, provider } = await backWith((url) => url.searchParams.set('error', 'server_error'))
    expect(['provider_error', 'callback_invalid', 'network']).toContain(reasonOf(await auth.start()).code)
    expect(provider.requestsTo('token')).toEqual([])
  })

  it('B18 keeps markup as text', async () => {
    const description = '<img src=x onerror=alert(1)> javascript:alert(1)'
    const { auth, tab } = await saying({ error: 'access_denied', error_description: description })
    expect(reasonOf(await auth.start()).provider?.description).toBe(description)
    expect(tab.window().document.body.innerHTML).toBe('')
  })

  it.each(['__proto__', 'constructor', 'x'.repeat(4096), '<b>', 'a b', '\u0000', 'Ünknown'])(
    'B19 with an odd code is an ordinary refusal: %.20j',
    async (error) => {
      const { auth } = await saying({ error })
      const reason = reasonOf(await auth.start())
      expect(reason.code).toBe('provider_error')
      expect(reason.message.length).toBeLessThan(500)
      expect(typeof reason.provider?.error).toBe('string')
    },
  )

  it('cuts a description of 100 KiB', async () => {
    const { auth } = await saying({ error: 'access_denied', error_description: 'la '.repeat(10_000) })
    expect(reasonOf(await auth.start()).provider?.description?.length ?? 0).toBeLessThan(500)
  })

  it.each(['login_required', 'interaction_required', 'consent_required', 'account_selection_required'])(
    'that wants to see the person (%s) is login_required',
    async (error) => {
      const { auth } = await saying({ error })
      expect(reasonOf(await auth.start())).toMatchObject({ code: 'login_required', provider: { error } })
    },
  )

  it('counts only from the right issuer', async () => {
    const { auth } = await saying({ error: 'access_denied', iss: 'https://evil.example' })
    expectSignedOut(await auth.start(), 'callback_invalid')
  })
})

describe('A malformed or foreign response', () => {
  it.each(['code', 'state', 'iss', 'error'])('B21 with %s twice is refused', async (name) => {
    const stage = await backWith((url) => {
      const value = url.searchParams.get(name) ?? 'access_denied'
      if (name === 'error') url.searchParams.append(name, value)
      url.searchParams.append(name, value)
    })
    await expectRefusedCallback(stage)
  })

  it.each(['https://evil.example', 'https://login.example.com/', 'HTTPS://login.example.com', ''])(
    'B22 of the issuer %j is refused before the code is sent',
    async (iss) => {
      await expectRefusedCallback(await backWith((url) => url.searchParams.set('iss', iss)))
    },
  )

  it('B23 without the issuer that the provider promised is refused', async () => {
    await expectRefusedCallback(await backWith((url) => url.searchParams.delete('iss')))
  })

  it('B23 without an issuer is taken from a provider that promises none', async () => {
    const stage = firstVisit()
    stage.provider.faults.discovery.once(
      changes((body) => ({ ...body, authorization_response_iss_parameter_supported: undefined })),
    )
    await stage.auth.login()
    const callback = new URL(await stage.provider.visit(stage.tab.departures[0] ?? ''))
    callback.searchParams.delete('iss')
    expect(await reloaded(stage, callback.href).auth.start()).toMatchObject({ status: 'signed-in' })
  })

  it('B25 is not taken by the client of another issuer', async () => {
    const stage = await backFromProvider()
    const other = createTestProvider({ issuer: 'https://other.example' })
    const auth = stage.tab.createAuth({ ...optionsFor(other), issuer: 'https://other.example' })
    expectSignedOut(await auth.start(), 'callback_invalid')
    expect([...other.requestsTo('token'), ...stage.provider.requestsTo('token')]).toEqual([])
  })

  it('B26 in the fragment is no response', async () => {
    const stage = await backWith((url) => {
      url.hash = url.searchParams.toString()
      url.search = ''
    })
    expect(await stage.auth.start()).toEqual({ status: 'signed-out' })
    expect(stage.provider.requestsTo('token')).toEqual([])
  })

  it('B27 in the fragment, beside a right one, goes nowhere', async () => {
    const stage = await backWith((url) => {
      url.hash = 'code=attacker&access_token=attacker&error=access_denied'
    })
    expect(await stage.auth.start()).toMatchObject({ status: 'signed-in' })
    expect(JSON.stringify(stage.provider.requests.map(({ url, form }) => `${url}${form}`))).not.toContain('attacker')
    expect(stage.tab.url()).not.toContain('attacker')
  })

  it('B29 as a JWT that was not asked for is refused', async () => {
    await expectRefusedCallback(
      await backWith((url) => {
        url.search = `?response=eyJhbGciOiJub25lIn0.e30.&state=${url.searchParams.get('state')}`
      }),
    )
    await expectRefusedCallback(
      await backWith((url) => {
        url.search = '?response=eyJhbGciOiJub25lIn0.e30.'
      }),
    )
  })

  it.each(['+/=%& ?#é"\\', `${'aB3+/=%& '.repeat(900)}!`])(
    'B30 with odd characters in the code reaches the token endpoint as it is: %.12j',
    async (code) => {
      const { auth, provider } = await backWith((url) => url.searchParams.set('code', code))
      expectSignedOut(await auth.start(), 'provider_error')
      expect(provider.requestsTo('token').map(({ form }) => form.get('code'))).toEqual([code])
    },
  )

  it('B31 with a code of an attacker fails at PKCE', async () => {
    const attacker = await backFromProvider()
    const stolen = new URL(attacker.tab.url()).searchParams.get('code') ?? ''
    const victim = inAnotherTab(attacker)
    await victim.auth.login()
    const callback = new URL(await victim.provider.visit(victim.tab.departures[0] ?? ''))
    callback.searchParams.set('code', stolen)
    const state = await reloaded(victim, callback.href).auth.start()
    expectSignedOut(state, 'provider_error')
    expect(state).toMatchObject({ reason: { provider: { error: 'invalid_grant' } } })
  })

  it('B35 of a MiB is refused', async () => {
    const stage = await backWith((url) => {
      url.search += `&x=${'y'.repeat(2 ** 20)}`
    })
    await expectRefusedCallback(stage)
  })

  it('B35 of 20,000 parameters is refused', async () => {
    const stage = await backWith((url) => {
      url.search += '&state=x'.repeat(20_000)
    })
    await expectRefusedCallback(stage)
  })
})

describe('Another script of this origin', () => {
  const edit = (tab: Tab, change: (key: string, value: unknown) => unknown) => {
    for (const [key, text] of Object.entries(tab.sessionStorage))
      tab.sessionStorage.setItem(key, JSON.stringify(JSON.parse(String(text), change)))
  }

  it('B34 that changes the verifier makes the exchange fail', async () => {
    const { auth } = await backWith((_, { tab }) =>
      edit(tab, (key, value) => (key === 'verifier' ? 'v'.repeat(43) : value)),
    )
    expectSignedOut(await auth.start(), 'provider_error')
  })

  it('B34 that takes the nonce away does not make an ID token without one good', async () => {
    const stage = await backWith((_, { tab }) => edit(tab, (key, value) => (key === 'nonce' ? undefined : value)))
    stage.provider.idToken.always({ claims: ({ nonce: _, ...claims }) => claims })
    expectSignedOut(await stage.auth.start(), 'token_invalid')
  })

  it.each([
    'https://evil.example/',
    '//evil.example',
    'javascript:alert(1)',
    'blob:https://app.example.com/x',
    'https://ada:pw@app.example.com/',
    42,
    null,
  ])('B34, J14 that changes returnTo to %j sends nobody there', async (returnTo) => {
    const { auth, tab } = await backWith((_, stage) =>
      edit(stage.tab, (__, value) => (value === HOME ? returnTo : value)),
    )
    expect(await auth.start()).toMatchObject({ status: 'signed-in' })
    expect(tab.url()).toBe(HOME)
  })

  it.each(['', '{', 'null', '[]', '{"state":1}', '"x"', '{"__proto__":{"polluted":1}}'])(
    'B34 that replaces everything by %j makes the callback be refused',
    async (text) => {
      const { auth, provider } = await backWith((_, { tab }) => {
        for (const key of Object.keys(tab.sessionStorage)) tab.sessionStorage.setItem(key, text)
      })
      expectSignedOut(await auth.start(), 'callback_invalid')
      expect(provider.requestsTo('token')).toEqual([])
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    },
  )

  it('F15 that changes the remembered token endpoint gets no code', async () => {
    const { auth, provider } = await backWith((_, { tab }) =>
      edit(tab, (key, value) => (key === 'token_endpoint' ? 'https://evil.example/t' : value)),
    )
    expect(await auth.start()).toMatchObject({ status: 'signed-in' })
    expect(provider.requestsTo('elsewhere')).toEqual([])
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
