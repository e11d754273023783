// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { backWith, firstVisit, type Stage } from '../browser.ts'
import { expectSignedOut } from '../outcome.ts'
import { HOME, type Tab } from '../tab.ts'
import { expectRefusedCallback } from './refused-callback.ts'

/** What another script of this origin does to everything that this library keeps. */
const edit = (tab: Tab, change: (key: string, value: unknown) => unknown) => {
  for (const [key, text] of Object.entries(tab.sessionStorage))
    tab.sessionStorage.setItem(key, JSON.stringify(JSON.parse(String(text), change)))
}

const keyOf = (tab: Tab, kind: string) =>
  Object.keys(tab.sessionStorage).find((key) => key.startsWith(`latchkey ${kind} `)) ?? ''

/** The callback page, after one member of the remembered login was replaced. */
const withMember = (member: string, json: string | undefined): Promise<Stage> =>
  backWith((_, { tab }) => {
    const key = keyOf(tab, 'login')
    const kept = JSON.parse(tab.sessionStorage.getItem(key) ?? '')
    if (member === 'at') delete kept.at
    else delete kept.value[member]
    const text = JSON.stringify(kept)
    const put = json === undefined ? '' : `,"${member}":${json}`
    const end = member === 'at' ? /}$/ : /}(?=,"at":\d+}$)/
    tab.sessionStorage.setItem(
      key,
      text.replace(end, () => `${put}}`),
    )
  })

const LISTS = ['null', '[]', '["x"]', '{}', '{"toString":1,"valueOf":1}']
const PLAIN = ['true', '42', '""', '"x"', '1e400', undefined]
const given = (values: readonly (string | undefined)[]) => values.map((json) => ({ json }))

describe('A remembered login that another script has changed', () => {
  it('B34 in nothing is taken', async () => {
    expect((await (await withMember('acrValues', undefined)).auth.start()).status).toBe('signed-in')
  })

  const MEMBERS = ['state', 'verifier', 'nonce', 'begunAt', 'maxAge', 'acrValues', 'scope']
  it.each(MEMBERS.flatMap((member) => LISTS.map((json) => ({ member, json }))))(
    'B34 in its $member, to $json, is refused before anything is sent',
    async ({ member, json }) => {
      await expectRefusedCallback(await withMember(member, json))
    },
  )

  it.each(given(PLAIN))('B34 in its state, to $json, is refused before anything is sent', async ({ json }) => {
    await expectRefusedCallback(await withMember('state', json))
  })

  it.each(given(PLAIN.slice(0, -1)))('B34 in its verifier, to $json, fails at the provider', async ({ json }) => {
    const { auth, provider } = await withMember('verifier', json)
    const state = await auth.start()
    expectSignedOut(state, 'provider_error')
    expect(state).toMatchObject({ reason: { provider: { error: 'invalid_grant' } } })
    expect(provider.secrets.filter((secret) => secret.startsWith('refresh-'))).toEqual([])
  })

  it.each(given(PLAIN))('B34 in its nonce, to $json, makes the ID token one of another login', async ({ json }) => {
    expectSignedOut(await (await withMember('nonce', json)).auth.start(), 'token_invalid')
  })

  it.each(given(['""', undefined]))(
    'B34 in its nonce, to $json, does not make a token without one good',
    async ({ json }) => {
      const stage = await withMember('nonce', json)
      const nonce = json && JSON.parse(json)
      stage.provider.idToken.always({ claims: (claims) => ({ ...claims, nonce }) })
      expectSignedOut(await stage.auth.start(), 'token_invalid')
    },
  )

  it.each(given(['true', '42', '""', '"x"', '1e400']))(
    'B34 in its max_age, to $json, asks for an auth_time that nobody gave',
    async ({ json }) => {
      expectSignedOut(await (await withMember('maxAge', json)).auth.start(), 'token_invalid')
    },
  )

  it.each(given(['true', '42', '"x"', '1e400']))(
    'B34 in its acr_values, to $json, asks for an acr that nobody gave',
    async ({ json }) => {
      expectSignedOut(await (await withMember('acrValues', json)).auth.start(), 'token_invalid')
    },
  )

  it.each(given(PLAIN))('B34 in its scope, to $json, changes nothing that the provider said', async ({ json }) => {
    const { auth } = await withMember('scope', json)
    expect(await auth.start()).toMatchObject({ session: { user: { sub: 'ada' }, scope: { length: 5 } } })
  })

  it.each(given(['true', '"2026-11-21T12:00:00Z"', '""', '[1]', '{}', 'null', '0', '1e400', '-1', undefined]))(
    'B05, B34 in its time, to $json, is as good as expired',
    async ({ json }) => {
      const { auth, provider } = await withMember('at', json)
      expectSignedOut(await auth.start(), 'callback_expired')
      expect(provider.requestsTo('token')).toEqual([])
    },
  )

  it('B34 by putting one under the state of another is refused', async () => {
    const stage = firstVisit()
    await stage.auth.login()
    const first = keyOf(stage.tab, 'login')
    const record = stage.tab.sessionStorage.getItem(first) ?? ''
    await stage.auth.login()
    const second = Object.keys(stage.tab.sessionStorage).find(
      (key) => key.startsWith('latchkey login ') && key !== first,
    )
    stage.tab.sessionStorage.setItem(second ?? '', record)
    stage.tab.load(await stage.provider.visit(stage.tab.departures[1] ?? ''))
    await expectRefusedCallback({ ...stage, auth: stage.tab.createAuth(stage.options) })
  })

  it('B34 to that of an attacker, with the code of the attacker, fails at the provider', async () => {
    const stage = await withMember('verifier', JSON.stringify('v'.repeat(43)))
    expectSignedOut(await stage.auth.start(), 'provider_error')
  })

  it('B34 by taking it away, the place to return to left behind, is refused', async () => {
    const stage = await backWith((_, { tab }) => tab.sessionStorage.removeItem(keyOf(tab, 'login')))
    await expectRefusedCallback(stage)
  })

  it('B34 by taking the place to return to away is refused: it binds the callback to this tab', async () => {
    const stage = await backWith((_, { tab }) => tab.sessionStorage.removeItem(keyOf(tab, 'return')))
    await expectRefusedCallback(stage)
    expect(stage.tab.url()).toBe(HOME)
  })

  it.each(
    [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
      'data:text/html,x',
      'blob:https://app.example.com/x',
      'https://ada:pw@app.example.com/',
      'http://app.example.com/',
      'https://app.example.com:8443/',
      'https://app.example.com.evil.example/',
      '\ud800//evil.example',
      42,
      null,
      true,
      [],
      {},
    ].map((returnTo) => ({ returnTo })),
  )('B34, J14 in its place to return to, $returnTo, sends nobody there', async ({ returnTo }) => {
    const { auth, tab } = await backWith((_, stage) =>
      edit(stage.tab, (__, value) => (value === HOME ? returnTo : value)),
    )
    expect(await auth.start()).toMatchObject({ status: 'signed-in' })
    expect(new URL(tab.url()).origin).toBe('https://app.example.com')
    expect(tab.url()).toBe(returnTo === '\ud800//evil.example' ? `${HOME}%EF%BF%BD//evil.example` : HOME)
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
