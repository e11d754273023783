// @vitest-environment node
import { answers, GRACE, held } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API } from './api-calls.ts'
import { returning, signedIn } from './browser.ts'
import { advance, settled, sleep, until } from './clock.ts'
import { expectRefusal, refusal } from './outcome.ts'
import { refreshesAt, watch } from './refreshing.ts'

describe('While a refresh is under way', () => {
  async function refreshing() {
    const stage = await signedIn()
    const token = held()
    stage.provider.faults.token.once(token)
    sleep(601_000)
    const request = stage.auth.authFetch(API)
    request.catch(() => {})
    await token.asked
    await settled()
    return { ...stage, token, request }
  }

  it('G30 a logout stays: the late answer is discarded, and revoked', async () => {
    const stage = await refreshing()
    const seen = watch(stage)
    await stage.auth.logout()
    expect(stage.auth.state).toEqual({ status: 'signed-out' })
    stage.token.release()
    await expectRefusal(stage.request, 'login_required')
    await until(() => stage.provider.requestsTo('revocation').length === 2)
    await advance(1_200_000)
    expect(stage.auth.state).toEqual({ status: 'signed-out' })
    expect(seen).toHaveLength(1)
    expect(stage.provider.requestsTo('api')).toEqual([])
    expect(refreshesAt(stage)).toHaveLength(1)
    const revoked = stage.provider.requestsTo('revocation').map(({ form }) => form.get('token'))
    expect(new Set(revoked).size).toBe(2)
  })

  it.each([
    ['in passing', answers(500)],
    ['for good', answers(400, { error: 'invalid_grant' })],
  ])('G30 a logout stays when it fails %s: no reason, no further attempt', async (_, fault) => {
    const stage = await signedIn()
    const token = held()
    stage.provider.faults.token.once(async (request, normally) => {
      await token(request, normally)
      return fault(request, normally)
    })
    sleep(601_000)
    const request = refusal(stage.auth.authFetch(API))
    await token.asked
    await stage.auth.logout()
    const seen = watch(stage)
    token.release()
    expect((await request).code).toBe('login_required')
    await advance(1_200_000)
    expect(stage.auth.state).toEqual({ status: 'signed-out' })
    expect(seen).toEqual([])
    expect(refreshesAt(stage)).toHaveLength(1)
  })

  it('G30 a logout stays when a token that is still good could have been used: it is not', async () => {
    const stage = await signedIn()
    const token = held()
    stage.provider.faults.token.once(async (request, normally) => {
      await token(request, normally)
      return answers(500)(request, normally)
    })
    sleep(595_000)
    const request = refusal(stage.auth.authFetch(API))
    await token.asked
    await stage.auth.logout()
    token.release()
    expect((await request).code).toBe('login_required')
    expect(stage.provider.requestsTo('api')).toEqual([])
  })

  it('dispose() stays too', async () => {
    const stage = await refreshing()
    stage.auth.dispose()
    stage.token.release()
    await expectRefusal(stage.request, 'login_required')
    await advance(1_200_000)
    expect(stage.auth.state.status).toBe('signed-out')
    expect(refreshesAt(stage)).toHaveLength(1)
  })

  it('G31 a login that finishes first is not undone by the late answer', async () => {
    const { token, request, ...stage } = await refreshing()
    stage.provider.signIn(GRACE)
    await stage.auth.login()
    const next = await returning(stage)
    expect(await next.auth.start()).toMatchObject({ session: { user: { sub: 'grace' } } })
    token.release()
    await settled()
    expect(next.auth.state).toMatchObject({ session: { user: { sub: 'grace' } } })
    expect(await (await next.auth.authFetch(API)).json()).toMatchObject({ sub: 'grace' })
  })
})
