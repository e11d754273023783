// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { API, challenge, EXPIRED, refreshes, toApi } from './api-calls.ts'
import { returning, signedIn } from './browser.ts'
import { expectRefusal, refusal } from './outcome.ts'

describe('H23 A challenge', () => {
  it.each([
    'Bearer error="invalid_token"',
    'bearer ERROR="invalid_token"',
    'BEARER error=invalid_token',
    'Basic realm="x", Bearer error="invalid_token"',
    'Negotiate, Bearer error="invalid_token"',
    'Negotiate YWJjZA==, Bearer error="invalid_token"',
    'Bearer realm="a, Basic realm=b", error="invalid_token"',
    'Bearer realm="a \\" error=\\"invalid_request\\"", error="invalid_token"',
    'Bearer realm="x", unknown=1, error="invalid_token", error_description="a, b=c"',
    'Digest realm="a", nonce="x==", Bearer realm="y",error="invalid_token"',
    'Bearer\terror = "invalid_token"',
    'Bearer ,, error="invalid_token",,',
    'Bearer',
    'Bearer realm="x"',
    'DPoP algs="ES256", Bearer error="invalid_token"',
  ])('that means the token is understood: %s', async (header) => {
    const stage = await signedIn()
    stage.provider.faults.api.once(challenge(header))
    expect((await stage.auth.authFetch(API)).status).toBe(200)
    expect(refreshes(stage)).toBe(1)
  })

  it.each([
    'Basic realm="x"',
    'Basic realm="Bearer error=invalid_token"',
    'Digest realm="a", error="invalid_token"',
    'Bearer error="invalid_request", Basic error="invalid_token"',
  ])('that means something else is the answer: %s', async (header) => {
    const stage = await signedIn()
    stage.provider.faults.api.always(challenge(header))
    expect((await stage.auth.authFetch(API)).status).toBe(401)
    expect(refreshes(stage)).toBe(0)
  })

  it.each([
    '',
    ',,,',
    '=',
    '"',
    'Bearer "',
    'Bearer error="',
    'Bearer error="\\',
    'Bearer ='.repeat(10),
    'Bearer __proto__="x", constructor="y", error="invalid_token"',
    `Bearer ${'a="'.repeat(20_000)}`,
    `Bearer ${'\\'.repeat(60_000)}`,
    `Bearer error="${'\\"'.repeat(30_000)}`,
    ' '.repeat(60_000),
    `Bearer ${'a '.repeat(30_000)}=`,
  ])('L08 that is garbage harms nothing: %.20s', async (header) => {
    const stage = await signedIn()
    stage.provider.faults.api.always(challenge(header))
    expect((await stage.auth.authFetch(API)).status).toBe(401)
    expect(stage.auth.state.status).toBe('signed-in')
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })
})

describe('H21 A step-up challenge', () => {
  const stepUp = 'Bearer error="insufficient_user_authentication", acr_values="gold silver", max_age="60"'

  it('becomes an error that login() understands, without a refresh', async () => {
    const stage = await signedIn()
    stage.provider.faults.api.once(challenge(`${stepUp}, scope="notes:delete"`))
    const error = await refusal(stage.auth.authFetch(API))
    expect(error.code).toBe('step_up_required')
    expect(error.stepUp).toEqual({ acrValues: 'gold silver', maxAge: 60, scope: 'notes:delete' })
    expect(refreshes(stage)).toBe(0)
    await stage.auth.login(error.stepUp ? { stepUp: error.stepUp } : {})
    const { auth } = await returning(stage)
    await auth.start()
    expect((await auth.authFetch(API)).status).toBe(200)
  })

  it('after a retry is one too', async () => {
    const stage = await signedIn()
    stage.provider.faults.api.once(challenge(EXPIRED))
    stage.provider.faults.api.once(challenge(stepUp))
    expect((await refusal(stage.auth.authFetch(API))).stepUp).toEqual({ acrValues: 'gold silver', maxAge: 60 })
  })

  it.each(['-1', 'soon', '1e9', ''])('with max_age=%j leaves it out', async (maxAge) => {
    const stage = await signedIn()
    stage.provider.faults.api.once(challenge(`Bearer error=insufficient_user_authentication, max_age="${maxAge}"`))
    expect((await refusal(stage.auth.authFetch(API))).stepUp).toEqual({})
  })

  it.each([200, 400, 403, 500])('is none with the status %i: the answer is the caller’s', async (status) => {
    const stage = await signedIn()
    stage.provider.faults.api.once(challenge(stepUp, status))
    expect((await stage.auth.authFetch(API)).status).toBe(status)
    expect(toApi(stage)).toHaveLength(1)
    expect(refreshes(stage)).toBe(0)
  })

  it('of another scheme is the answer', async () => {
    const stage = await signedIn()
    stage.provider.faults.api.once(challenge(stepUp.replace('Bearer', 'DPoP')))
    expect((await stage.auth.authFetch(API)).status).toBe(401)
    expect(refreshes(stage)).toBe(0)
  })

  it('to a stream is one too', async () => {
    const stage = await signedIn()
    stage.provider.faults.api.once(challenge(stepUp))
    const init = { method: 'POST', body: new Blob(['stream']).stream(), duplex: 'half' } as RequestInit
    await expectRefusal(stage.auth.authFetch(API, init), 'step_up_required')
    expect(toApi(stage)).toHaveLength(1)
  })
})
