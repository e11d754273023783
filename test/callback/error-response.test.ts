// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { backWith, firstVisit, type Stage } from '../browser.ts'
import { expectSignedOut, reasonOf } from '../outcome.ts'
import { HOME } from '../tab.ts'
import { expectRefusedCallback, RESPONSE } from './refused-callback.ts'

const saying = (parameters: Record<string, string>): Promise<Stage> =>
  backWith((url) => {
    url.searchParams.delete('code')
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  })

describe('An error response', () => {
  it('B15 becomes a reason with its code and description', async () => {
    const { auth, provider, tab } = await saying({
      error: 'access_denied',
      error_description: 'Ada said no',
      error_uri: 'https://evil.example/why',
    })
    const state = await auth.start()
    expectSignedOut(state, 'provider_error')
    expect(state).toMatchObject({ reason: { provider: { error: 'access_denied', description: 'Ada said no' } } })
    expect(JSON.stringify(reasonOf(state))).not.toContain('evil')
    expect(provider.requests.map(({ endpoint }) => endpoint)).toEqual(['discovery'])
    expect(tab.departures).toHaveLength(1)
  })

  it('B15 puts the person back where they were', async () => {
    const stage = firstVisit()
    await stage.auth.login({ returnTo: '/notes/7?tab=2#part' })
    stage.provider.signIn(undefined)
    stage.tab.load(await stage.provider.visit(stage.tab.departures[0] ?? ''))
    expect(stage.tab.url()).toContain('error=access_denied')
    expectSignedOut(await stage.tab.createAuth(stage.options).start(), 'provider_error')
    expect(stage.tab.url()).toBe(`${HOME}notes/7?tab=2#part`)
  })

  it.each([
    'invalid_request',
    'unauthorized_client',
    'access_denied',
    'unsupported_response_type',
    'invalid_scope',
    'request_not_supported',
    'registration_not_supported',
    'invalid_target',
    'unmet_authentication_requirements',
    'made_up_tomorrow',
  ])('B15 %s is told as it is', async (error) => {
    expect(reasonOf(await (await saying({ error })).auth.start())).toMatchObject({
      code: 'provider_error',
      provider: { error },
    })
  })

  it.each(['temporarily_unavailable', 'server_error'])('B15 %s passes by itself', async (error) => {
    expect(reasonOf(await (await saying({ error })).auth.start())).toMatchObject({
      code: 'network',
      provider: { error },
    })
  })

  it.each(['login_required', 'interaction_required', 'consent_required', 'account_selection_required'])(
    'A16, B15 %s wants to see the person',
    async (error) => {
      const { auth, tab } = await saying({ error })
      expect(reasonOf(await auth.start())).toMatchObject({ code: 'login_required', provider: { error } })
      expect(tab.departures).toHaveLength(1)
    },
  )

  const BESIDE_A_CODE = ['access_denied', 'invalid_grant', 'made_up', '', '__proto__', 'x'.repeat(4096)]
  it.each(BESIDE_A_CODE)('B17 with a code beside it makes no token request: %.20j', async (error) => {
    const { auth, provider, tab } = await backWith((url) => url.searchParams.set('error', error))
    expectSignedOut(await auth.start(), 'provider_error')
    expect(provider.requestsTo('token')).toEqual([])
    expect(tab.url()).toBe(HOME)
  })

  it('B17 leaves a code that cannot be used later', async () => {
    const stage = await backWith((url) => url.searchParams.set('error', 'access_denied'))
    const right = stage.tab.url().replace(/&?error=[^&]*/, '')
    await stage.auth.start()
    stage.tab.load(right)
    await expectRefusedCallback({ ...stage, auth: stage.tab.createAuth(stage.options) })
  })

  it.each([
    '<img src=x onerror=alert(1)> javascript:alert(1)',
    '"><script>alert(1)</script>',
    '{{alert(1)}} <%= x %> [x](javascript:y)',
    '\u202egnp.exe\u0000\r\nSet-Cookie: x=y',
  ])('B18 keeps markup as text: %j', async (description) => {
    const { auth, tab } = await saying({
      error: 'access_denied',
      error_description: description,
      error_uri: 'javascript:alert(2)',
    })
    const reason = reasonOf(await auth.start())
    expect(reason.provider?.description).toBe(description)
    expect(reason.message).not.toContain(description)
    expect(JSON.stringify(reason)).not.toContain('alert(2)')
    expect(tab.window().document.documentElement.outerHTML).toBe('<html><head></head><body></body></html>')
    expect(tab.departures).toHaveLength(1)
  })

  it.each(['constructor', 'hasOwnProperty', 'x'.repeat(4096), '<b>', 'a b', '\u0000', 'Ünknown', 'ACCESS_DENIED', ''])(
    'B19 with an odd code is an ordinary refusal: %.20j',
    async (error) => {
      const { auth } = await saying({ error })
      const reason = reasonOf(await auth.start())
      expect(reason.code).toBe('provider_error')
      expect(reason.message.length).toBeLessThan(500)
      expect(reason.provider?.error).toBe(/^[a-z_]{1,50}$/.test(error) ? error : 'unknown_error')
    },
  )

  it.each(['__proto__', 'constructor', 'toString', 'login_required\u0000', ' login_required', 'Login_required'])(
    'B19 %j is looked up nowhere',
    async (error) => {
      const reason = reasonOf(await (await saying({ error })).auth.start())
      expect(reason).toMatchObject({ code: 'provider_error' })
      expect(typeof reason.provider?.error).toBe('string')
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    },
  )

  it('B19 cuts a description of 30,000 letters', async () => {
    const { auth } = await saying({ error: 'access_denied', error_description: 'la '.repeat(10_000) })
    expect(reasonOf(await auth.start()).provider?.description).toBe('la '.repeat(100))
  })

  it('counts only from the right issuer, and only with the right state', async () => {
    await expectRefusedCallback(await saying({ error: 'access_denied', iss: 'https://evil.example' }))
    await expectRefusedCallback(await saying({ error: 'access_denied', state: 'A'.repeat(43) }))
    const withoutState = await saying({ error: 'access_denied' })
    const url = new URL(withoutState.tab.url())
    url.searchParams.delete('state')
    withoutState.tab.load(url.href)
    await expectRefusedCallback({ ...withoutState, auth: withoutState.tab.createAuth(withoutState.options) })
  })

  it.each(['error', 'error_description', 'state', 'iss'])('B21 with %s twice is refused', async (name) => {
    const stage = await saying({ error: 'access_denied', error_description: 'x' })
    const url = new URL(stage.tab.url())
    url.searchParams.append(name, url.searchParams.get(name) ?? '')
    stage.tab.load(url.href)
    await expectRefusedCallback({ ...stage, auth: stage.tab.createAuth(stage.options) })
    expect(stage.tab.url()).not.toMatch(RESPONSE)
  })
})
