// @vitest-environment node
import fc from 'fast-check'
import type { Endpoint, Fault } from 'latchkey/testing'
import * as oauth from 'oauth4webapi'
import { describe, expect, it } from 'vitest'
import { HOME } from '../tab.ts'
import { codeOf, forAll, LONG } from './fuzz.ts'
import { type Edit, edited, edits, json } from './json.ts'
import { type Attempt, attempts } from './sign-in.ts'

const ISSUER = 'https://login.example.com'
const CLIENT: oauth.Client = { client_id: 'notes-spa', [oauth.clockTolerance]: 300 }
const NAMES: Partial<Record<Endpoint, string[]>> = {
  discovery: ['issuer', 'authorization_endpoint', 'token_endpoint', 'jwks_uri', 'code_challenge_methods_supported'],
  token: ['access_token', 'token_type', 'expires_in', 'scope', 'id_token', 'refresh_token', 'error'],
  userInfo: ['sub', 'name', 'email', 'error'],
}
const wrong = fc.oneof(
  json,
  fc.constantFrom('"Bearer"', '"bearer"', '"3600"', '3600', '"openid"', '"ada"', '"ada\\u0000"', '["ada"]'),
  fc.constantFrom(`"${ISSUER}"`, `"${ISSUER}/"`, `"${ISSUER}/."`, '"https://LOGIN.example.com"', `"${ISSUER}:443"`),
)
const status = fc.oneof({ weight: 6, arbitrary: fc.constant(200) }, fc.constantFrom(201, 203, 206, 400, 401, 404))
const changed = (endpoint: Endpoint) => fc.tuple(edits(NAMES[endpoint] ?? [], wrong), status)

/** The other library, told what the provider is. */
const server = (attempt: Pick<Attempt, 'provider'>): oauth.AuthorizationServer => ({
  issuer: ISSUER,
  id_token_signing_alg_values_supported: ['ES256'],
  authorization_response_iss_parameter_supported: true,
  jwks_uri: attempt.provider.requestsTo('jwks')[0]?.url.href ?? `${ISSUER}/jwks`,
})

/** An answer that was changed on its way; `copy` is for the other library. */
function changedAnswer([changes, answered]: readonly [readonly Edit[], number]) {
  let delivered = new Response()
  const fault: Fault = async (_, normally) => {
    const right = await normally()
    const text = edited((await right.json()) as Record<string, unknown>, changes)
    delivered = new Response(text, { status: answered, headers: right.headers })
    return delivered.clone()
  }
  return { fault, copy: () => delivered.clone(), text: () => delivered.clone().text() }
}

/** Whether the other library takes it. */
async function isTaken(step: () => unknown): Promise<boolean> {
  try {
    await step()
    return true
  } catch {
    return false
  }
}

describe('What oauth4webapi refuses', () => {
  it('as an authorization response signs nobody in', { timeout: LONG }, async () => {
    const next = attempts({ provider: { algorithm: 'ES256' } })
    // A `token` or `id_token` beside the code is no parameter of this flow, so it counts for nothing (RFC 6749 4.1.2).
    const extra = fc.constantFrom('code', 'state', 'iss', 'error', 'response', 'error_description', 'x')
    const values = fc.array(
      fc.tuple(fc.constantFrom('set', 'append', 'delete'), extra, fc.constantFrom('', 'x', ISSUER)),
      { maxLength: 3 },
    )
    await forAll(80, values, async (changes) => {
      const attempt = await next()
      const { code, state } = attempt
      const parameters = new URLSearchParams({ code, state, iss: ISSUER })
      for (const [how, name, value] of changes) parameters[how as 'set'](name, value)
      const outcome = await attempt.finish(`${HOME}?${parameters}`)
      const isRight = await isTaken(() => oauth.validateAuthResponse(server(attempt), CLIENT, parameters, state))
      if (!isRight) expect(outcome, `${parameters}`).not.toBe('signed-in')
    })
  })

  it('as a token response signs nobody in', { timeout: LONG }, async () => {
    const next = attempts({ provider: { algorithm: 'ES256' } })
    await forAll(80, changed('token'), async (change) => {
      const attempt = await next()
      const { fault, copy, text } = changedAnswer(change)
      attempt.provider.faults.token.once(fault)
      const outcome = await attempt.finish()
      const expected = { expectedNonce: attempt.nonce, requireIdToken: true }
      const isRight = await isTaken(() =>
        oauth.processAuthorizationCodeResponse(server(attempt), CLIENT, copy(), expected),
      )
      // It asks for text or nothing; providers send null and "" for nothing.
      if (!isRight && !/:(null|"")/.test(await text())) expect(outcome, await text()).not.toBe('signed-in')
    })
  })

  it('as a discovery document leads nobody to a login', { timeout: LONG }, async () => {
    const next = attempts({ provider: { algorithm: 'ES256' } })
    await forAll(80, changed('discovery'), async (change) => {
      const { provider, tab, options } = await next()
      tab.sessionStorage.clear()
      const { fault, copy, text } = changedAnswer(change)
      provider.faults.discovery.once(fault)
      const refused = await codeOf(() => tab.createAuth(options).login())
      const isRight = await isTaken(() => oauth.processDiscoveryResponse(new URL(ISSUER), copy()))
      if (!isRight) expect(refused, await text()).toBe('configuration')
    })
  })

  it('as a UserInfo answer tells nobody anything', { timeout: LONG }, async () => {
    const next = attempts({ provider: { algorithm: 'ES256' } })
    await forAll(80, changed('userInfo'), async (change) => {
      const attempt = await next()
      expect(await attempt.finish()).toBe('signed-in')
      const { fault, copy, text } = changedAnswer(change)
      // The answer to a 401 is asked for once more.
      attempt.provider.faults.userInfo.always(fault)
      const refused = await codeOf(() => attempt.auth().userInfo(), attempt.secrets())
      const isRight = await isTaken(() => oauth.processUserInfoResponse(server(attempt), CLIENT, 'ada', copy()))
      if (!isRight) expect(refused, await text()).toMatch(/_invalid$/)
    })
  })
})
