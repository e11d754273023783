// @vitest-environment node
import {
  answers,
  asksToWait,
  breaks,
  breaksMidway,
  drips,
  hangs,
  losesTheAnswer,
  neverEnds,
  redirects,
  withoutCors,
} from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { backFromProvider, reloaded, returning, signedIn } from './browser.ts'
import { advance, settled, until } from './clock.ts'
import { comingBackTo, expectNothingKept } from './coming-back.ts'
import { expectSignedOut, reasonOf } from './outcome.ts'
import { HOME } from './tab.ts'

describe('A token response', () => {
  it.each(Object.entries({ hangs, neverEnds, 'drips for an hour': drips(1, 1_000) }))(
    'C21 that %s is a timeout, and the page can be used again',
    async (_, fault) => {
      const stage = await backFromProvider()
      stage.provider.faults.token.once(fault)
      const starting = stage.auth.start()
      await until(() => stage.provider.requestsTo('token').length > 0)
      expect(stage.tab.url()).toBe(HOME)
      await advance(9_000)
      expect(stage.auth.state.status).toBe('loading')
      await advance(1_000)
      expectSignedOut(await starting, 'timeout')
      await expectNothingKept(stage)
      await stage.auth.login()
      expect((await (await returning(stage)).auth.start()).status).toBe('signed-in')
    },
  )

  it('C21 that never comes is a timeout as soon as the app says', async () => {
    const stage = await backFromProvider({ options: { timeout: 1_000 } })
    stage.provider.faults.token.once(hangs)
    const starting = stage.auth.start()
    await until(() => stage.provider.requestsTo('token').length > 0)
    await advance(1_000)
    expectSignedOut(await starting, 'timeout')
  })

  it('C21 that comes in drops, but in time, is taken', async () => {
    const stage = await backFromProvider()
    stage.provider.faults.token.once(drips(1_000, 2_000))
    const starting = stage.auth.start()
    await until(() => stage.provider.requestsTo('token').length > 0)
    await settled()
    for (let drop = 0; drop < 4; drop += 1) await advance(2_000)
    expect((await starting).status).toBe('signed-in')
  })

  it('C21 of 40 MiB is refused without waiting for its end', async () => {
    const mebibyte = new Uint8Array(2 ** 20).fill(32)
    let sent = 0
    const long = new ReadableStream({
      pull(controller) {
        sent += 1
        controller.enqueue(mebibyte)
        if (sent === 40) controller.close()
      },
    })
    const { state } = await comingBackTo(() => new Response(long, { headers: { 'access-control-allow-origin': '*' } }))
    expectSignedOut(state, 'provider_invalid')
    expect(sent).toBeLessThan(10)
  })

  it.each(Object.entries({ breaks, losesTheAnswer, breaksMidway }))(
    'C22 is a network failure when the connection %s, and the code is not sent again',
    async (_, fault) => {
      const outcome = await comingBackTo(fault)
      expectSignedOut(outcome.state, 'network')
      await advance(600_000)
      expect(outcome.provider.requestsTo('token')).toHaveLength(1)
      expect(outcome.provider.reuses()).toBe(0)
      await expectNothingKept(outcome)
    },
  )

  it.each([
    [429, '7', 7_000],
    [503, '7', 7_000],
    [429, '0', undefined],
    [429, 'Sat, 21 Nov 2026 12:01:00 GMT', 60_000],
    [503, 'Sat, 21 Nov 2020 12:00:00 GMT', undefined],
    [429, '-5', undefined],
    [429, 'soon', undefined],
    [429, '', undefined],
    [429, '7, 8', undefined],
  ] as const)('C23 of %i with Retry-After %j is a network failure, and nobody hammers', async (status, after, wait) => {
    const outcome = await comingBackTo(asksToWait(after, status))
    expectSignedOut(outcome.state, 'network')
    expect(reasonOf(outcome.state).retryAfter).toBe(wait)
    await advance(600_000)
    expect(outcome.provider.requestsTo('token')).toHaveLength(1)
    await expectNothingKept(outcome)
  })

  it.each([429, 503])('C23 of %i without Retry-After is a network failure', async (status) => {
    const { state } = await comingBackTo(answers(status, { error: 'invalid_grant' }))
    expectSignedOut(state, 'network')
    expect(reasonOf(state).retryAfter).toBeUndefined()
  })

  it('C25 that this page may not read is a network failure that names CORS', async () => {
    const outcome = await comingBackTo(withoutCors)
    expectSignedOut(outcome.state, 'network')
    expect(reasonOf(outcome.state).message).toMatch(/CORS/)
    await expectNothingKept(outcome)
  })

  it.each([301, 302, 303, 307, 308])('C30, G27 that is a redirect with %i is not followed', async (status) => {
    for (const url of ['https://evil.example/token', 'https://login.example.com/other', '/token?again']) {
      const outcome = await comingBackTo(redirects(url, status))
      expectSignedOut(outcome.state, 'provider_invalid')
      expect(outcome.provider.requestsTo('elsewhere')).toEqual([])
      expect(outcome.provider.requestsTo('token')).toHaveLength(1)
      await expectNothingKept(outcome)
    }
  })
})

it('C30 The token request is a bare form: no cookies, cache, referrer or redirects', async () => {
  const { provider } = await signedIn()
  const [{ request, form } = { request: undefined, form: undefined }] = provider.requestsTo('token')
  expect(request).toMatchObject({
    method: 'POST',
    credentials: 'omit',
    cache: 'no-store',
    redirect: 'manual',
    referrerPolicy: 'no-referrer',
    mode: 'cors',
  })
  expect(request?.headers.get('content-type')).toMatch(/^application\/x-www-form-urlencoded/)
  expect([...(request?.headers.keys() ?? [])].sort()).toEqual(['accept', 'content-type'])
  expect(new URL(request?.url ?? '').search).toBe('')
  expect([...(form?.keys() ?? [])].sort()).toEqual(['client_id', 'code', 'code_verifier', 'grant_type', 'redirect_uri'])
  expect(form?.get('grant_type')).toBe('authorization_code')
  expect(form?.get('client_id')).toBe('notes-spa')
  expect(form?.get('redirect_uri')).toBe(HOME)
})

it('C31 A failed exchange leaves nothing: the next load is signed out without a reason', async () => {
  const stage = await comingBackTo(answers(500))
  const next = reloaded(stage)
  expect(await next.auth.start()).toEqual({ status: 'signed-out' })
  expect(next.provider.requestsTo('token')).toHaveLength(1)
})
