// @vitest-environment node
import { answers, type Fault } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { backWith, returning } from '../browser.ts'
import { comingBackTo, expectNothingKept, withBody } from '../coming-back.ts'
import { writings } from '../leaks.ts'
import { expectSignedOut, reasonOf } from '../outcome.ts'

const each = (values: readonly unknown[]) => values.map((value) => ({ value }))

describe('An error of the token endpoint', () => {
  const SUCCESS = ['invalid_grant', 'server_error', 'login_required', '__proto__', '', ' ', null, 42, 0, false, [], {}]
  it.each(each(SUCCESS))('C17 $value, with 200 and right tokens beside it, is no success', async ({ value }) => {
    const outcome = await withBody({ error: value })
    expectSignedOut(outcome.state, 'provider_invalid')
    await expectNothingKept(outcome)
  })

  it.each(['invalid_grant', 'server_error'])('C17 %s, with 200 and nothing else, is no success', async (error) => {
    const outcome = await comingBackTo(answers(200, { error, error_description: 'No' }))
    expectSignedOut(outcome.state, 'provider_invalid')
    await expectNothingKept(outcome)
  })

  const NO_ERROR = [42, 0, null, undefined, {}, [], ['invalid_grant'], { error: 'invalid_grant' }, true, false, '']
  it.each(each(NO_ERROR))('C18 $value is none', async ({ value }) => {
    for (const status of [400, 401, 403]) {
      const outcome = await comingBackTo(answers(status, { error: value, error_description: 'x' }))
      expectSignedOut(outcome.state, 'provider_invalid')
      expect(reasonOf(outcome.state).provider).toBeUndefined()
      await expectNothingKept(outcome)
    }
  })

  it.each(['Not Found', 'Unauthorized', 'INVALID_GRANT', '__proto__', '<b>', 'invalid_grant\n', 'x'.repeat(4096)])(
    'C18 %.20j is the error of somebody else on the way',
    async (error) => {
      const { state } = await comingBackTo(answers(404, { error }))
      expectSignedOut(state, 'provider_invalid')
      expect(JSON.stringify(reasonOf(state))).not.toContain(error.trim())
    },
  )

  it.each(['invalid_grant', 'invalid_client', 'invalid_request', 'unauthorized_client', 'invalid_scope', 'made_up'])(
    '%s becomes a reason, and a new login works',
    async (error) => {
      const outcome = await comingBackTo(answers(400, { error, error_description: 'No, Ada' }))
      expect(reasonOf(outcome.state)).toMatchObject({
        code: 'provider_error',
        provider: { error, description: 'No, Ada' },
      })
      await expectNothingKept(outcome)
      outcome.provider.faults.token.never()
      await outcome.auth.login()
      expect((await (await returning(outcome)).auth.start()).status).toBe('signed-in')
    },
  )

  it.each(each([42, null, {}, [], ['x'], true, undefined]))(
    'C18 with the description $value is told without one',
    async ({ value }) => {
      const { state } = await comingBackTo(answers(400, { error: 'invalid_grant', error_description: value }))
      expect(reasonOf(state)).toMatchObject({ code: 'provider_error', provider: { error: 'invalid_grant' } })
      expect(reasonOf(state).provider?.description).toBeUndefined()
    },
  )

  it('B18 with markup keeps it as text', async () => {
    const description = '<img src=x onerror=alert(1)>'
    const { state, tab } = await comingBackTo(answers(400, { error: 'invalid_grant', error_description: description }))
    expect(reasonOf(state).provider?.description).toBe(description)
    expect(tab.window().document.body.innerHTML).toBe('')
  })
})

describe('An error that echoes what it was sent', () => {
  /** Answers a description made of what was asked and of what would have been answered. */
  const echoing =
    (describe: (sent: URLSearchParams, minted: Record<string, string>) => string): Fault =>
    async (request, normally) => {
      const sent = new URLSearchParams(await request.clone().text())
      const minted = await (await normally()).json()
      return answers(400, { error: 'invalid_grant', error_description: describe(sent, minted) })(request, normally)
    }

  const ECHOES: Record<string, (sent: URLSearchParams, minted: Record<string, string>) => string> = {
    'the whole form': (sent) => `You sent ${sent}`,
    'the whole form, decoded': (sent) => `You sent ${decodeURIComponent(`${sent}`)}`,
    'the code': (sent) => `You sent ${sent.get('code')}`,
    'the verifier in quotes': (sent) => `You sent "${sent.get('code_verifier')}"`,
    'the verifier after many words': (sent) => `You sent ${'la '.repeat(90)}${sent.get('code_verifier')}`,
    'the verifier in the middle of a word': (sent) => `You sent«${sent.get('code_verifier')}»that`,
    'all tokens': (_, minted) => `You sent for ${Object.values(minted).join(' and ')}`,
    'all tokens as JSON': (_, minted) => `You sent for ${JSON.stringify(minted)}`,
  }
  it.each(Object.entries(ECHOES))('C19 does not repeat %s', async (_, describe) => {
    const stage = await comingBackTo(echoing(describe))
    expectSignedOut(stage.state, 'provider_error')
    const reason = reasonOf(stage.state)
    expect(reason.provider?.description).toMatch(/^You sent/)
    const [{ form } = { form: new URLSearchParams() }] = stage.provider.requestsTo('token')
    const secrets = [...stage.provider.secrets, form.get('code') ?? '', form.get('code_verifier') ?? '']
    for (const text of writings(reason)) for (const secret of secrets) expect(text).not.toContain(secret)
  })

  it('C19 does not repeat a code that is shorter than a word', async () => {
    const { auth, provider } = await backWith((url) => url.searchParams.set('code', 'Spl!xl*OB'))
    provider.faults.token.once(echoing((sent) => `You sent ${sent.get('code')} before`))
    const reason = reasonOf(await auth.start())
    expect(reason.provider?.description).toMatch(/^You sent .*before$/)
    expect(writings(reason).join('\n')).not.toContain('Spl!xl*OB')
  })

  it.each(['code', 'code_verifier'])('C19 does not repeat the %s as the name of the error', async (name) => {
    const { state } = await comingBackTo(async (request, normally) => {
      const error = new URLSearchParams(await request.clone().text()).get(name) ?? ''
      return answers(400, { error, error_uri: `https://evil.example/${error}` })(request, normally)
    })
    expectSignedOut(state, 'provider_invalid')
    expect(JSON.stringify(reasonOf(state))).not.toContain('evil')
  })

  it('C19 does not repeat a verifier that looks like the name of an error', async () => {
    const { auth, provider } = await backWith((url) => url.searchParams.set('code', 'abc_def_ghi'))
    provider.faults.token.once(async (request, normally) =>
      answers(400, { error: new URLSearchParams(await request.clone().text()).get('code') })(request, normally),
    )
    const state = await auth.start()
    expect(state.status).toBe('signed-out')
    expect(writings(reasonOf(state)).join('\n')).not.toContain('abc_def_ghi')
  })
})
