// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { API } from '../api-calls.ts'
import { backFromProvider } from '../browser.ts'
import { sleep } from '../clock.ts'

async function polluted<Result>(name: string, value: unknown, step: () => Promise<Result>): Promise<Result> {
  Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true })
  try {
    return await step()
  } finally {
    Reflect.deleteProperty(Object.prototype, name)
  }
}

describe('I11 What stands on Object.prototype is no part of a token response', () => {
  it('I11 no refresh token: an attacker could slip a session of their own under this one', async () => {
    const stage = await backFromProvider({ provider: { refreshTokens: 'none' } })
    await polluted('refresh_token', 'refresh-of-the-attacker', () => stage.auth.start())
    sleep(601_000)
    await stage.auth.authFetch(API).catch(() => {})
    const shown = stage.provider.requestsTo('token').map(({ form }) => form.get('refresh_token'))
    expect(shown).not.toContain('refresh-of-the-attacker')
  })

  it('I11 no scope', async () => {
    const { auth, provider } = await backFromProvider()
    provider.faults.token.always(async (_, normally) => {
      const { scope: _scope, ...rest } = await (await normally()).json()
      return Response.json(rest, { headers: { 'access-control-allow-origin': '*' } })
    })
    const state = await polluted('scope', 'admin', () => auth.start())
    expect(state).toMatchObject({ status: 'signed-in' })
    expect(state.status === 'signed-in' && state.session.scope).not.toContain('admin')
  })
})
