// @vitest-environment node
import { changes } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API } from './api-calls.ts'
import { backFromProvider, firstVisit } from './browser.ts'
import { expectSignedOut } from './outcome.ts'

describe('I11 A polluted Object.prototype', () => {
  const polluting = async <Result>(members: Record<string, unknown>, step: () => Promise<Result>): Promise<Result> => {
    for (const [name, value] of Object.entries(members))
      Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true })
    try {
      return await step()
    } finally {
      for (const name of Object.keys(members)) Reflect.deleteProperty(Object.prototype, name)
    }
  }

  it('does not change the token request', async () => {
    const stage = await backFromProvider()
    const hostile = {
      redirect: 'follow',
      credentials: 'include',
      referrerPolicy: 'unsafe-url',
      keepalive: true,
      cache: 'force-cache',
    }
    await polluting(hostile, async () => {
      expect((await stage.auth.start()).status).toBe('signed-in')
    })
    const { request, form } = stage.provider.requestsTo('token')[0] ?? {}
    const { method, redirect, credentials, referrerPolicy, cache, keepalive } = request ?? {}
    expect([method, redirect, credentials, referrerPolicy]).toEqual(['POST', 'manual', 'omit', 'no-referrer'])
    expect([cache, keepalive, form?.get('grant_type')]).toEqual(['no-store', false, 'authorization_code'])
    expect([...(request?.headers.keys() ?? [])].sort()).toEqual(['accept', 'content-type'])
  })

  it.each([
    'skipVerify',
    'skipSignature',
    'skipStateCheck',
    'nonce',
    'issuer',
    'sub',
    'alg',
    'kid',
    'keys',
    'exp',
    'value',
    'at',
    'state',
  ])('with %s does not switch off a check', async (name) => {
    const stage = await backFromProvider()
    stage.provider.idToken.always({ claims: (claims) => ({ ...claims, nonce: 'other' }) })
    const state = await polluting({ [name]: 'other' }, () => stage.auth.start())
    expectSignedOut(state, 'token_invalid')
  })

  it.each(['error', 'code', 'iss', 'access_token', 'id_token', 'token_type', 'expires_in', 'refresh_token', 'scope'])(
    'with %s is nothing that the provider said',
    async (name) => {
      const stage = await backFromProvider()
      const state = await polluting({ [name]: 'other' }, () => stage.auth.start())
      expect(state).toMatchObject({ status: 'signed-in', session: { user: { sub: 'ada' } } })
      expect((await stage.auth.authFetch(API)).status).toBe(200)
    },
  )

  it('does not stand in for what a token response lacks', async () => {
    for (const name of ['access_token', 'token_type', 'id_token']) {
      const stage = await backFromProvider()
      const value = name === 'token_type' ? 'Bearer' : 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.eA'
      stage.provider.faults.token.once(changes(({ [name]: _, ...body }) => body))
      const state = await polluting({ [name]: value }, () => stage.auth.start())
      expectSignedOut(state, name === 'id_token' ? 'token_invalid' : 'provider_invalid')
    }
  })

  it('does not send the person elsewhere', async () => {
    const stage = firstVisit()
    const hostile = { returnTo: 'https://evil.example/', parameters: { prompt: 'none' }, stepUp: { acrValues: 'x' } }
    await polluting(hostile, () => stage.auth.login())
    const asked = new URL(stage.tab.departures[0] ?? '').searchParams
    expect(asked.get('prompt')).toBeNull()
    expect(asked.get('acr_values')).toBeNull()
  })
})
