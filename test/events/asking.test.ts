// @vitest-environment node
import type { AuthErrorCode } from 'latchkey'
import type { AskingVerb, AuthEvent } from 'latchkey/events'
import { answers, breaks, changes, createTestAuth, hangs } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { REFUSALS } from '../../src/testing/auth/test-auth.ts'
import { API, challenge } from '../api-calls.ts'
import { firstVisit, signedIn } from '../browser.ts'
import { settled, sleep } from '../clock.ts'
import { HOMES } from '../homes/home.ts'
import { expectRefusal } from '../outcome.ts'
import { bare, hearing, listening } from './listening.ts'

const VERBS: readonly AskingVerb[] = ['authFetch', 'userInfo', 'accessToken']
const EACH = VERBS.flatMap((verb) => REFUSALS[verb].map((code) => [verb, code] as [AskingVerb, AuthErrorCode]))

it.each(EACH)('A refusal of %s with %s is told, and rejects as before', async (verb, code) => {
  const told: AuthEvent[] = []
  const auth = hearing(createTestAuth({ exposeAccessToken: true, respond: () => new Response() }), told)
  auth.failures[verb].once(code as 'network')
  await expectRefusal(verb === 'userInfo' ? auth.userInfo() : auth[verb](API), code)
  expect(bare(told).filter(({ type }) => type === 'request_refused')).toEqual([{ type: 'request_refused', verb, code }])
})

describe.each(HOMES)('%s: a request that is refused', (home) => {
  const refused = (verb: AskingVerb, code: AuthErrorCode) => ({ type: 'request_refused', verb, code })

  it('H01 H29 because nobody is signed in, or for where it goes, is told', async () => {
    const page = listening(firstVisit({ home }))
    await page.auth.start()
    await expectRefusal(page.auth.authFetch(API), 'login_required')
    await expectRefusal(page.auth.userInfo(), 'login_required')
    await expectRefusal(page.auth.authFetch('https://evil.example/ada?token=x'), 'api_not_allowed')
    await expectRefusal(page.auth.authFetch(API, { headers: { authorization: 'Basic eDp5' } }), 'configuration')
    expect(bare(page.told)).toEqual([
      refused('authFetch', 'login_required'),
      refused('userInfo', 'login_required'),
      refused('authFetch', 'api_not_allowed'),
      refused('authFetch', 'configuration'),
    ])
  })

  it('G15 because there is no token to be had is told after the session is degraded', async () => {
    const page = listening(await signedIn({ home }))
    page.provider.faults.token.always(breaks)
    sleep(601_000)
    await expectRefusal(page.auth.authFetch(API), 'network')
    await settled()
    expect(bare(page.told)).toEqual([{ type: 'degraded', code: 'network' }, refused('authFetch', 'network')])
  })

  it('because the API wants more, or UserInfo speaks of somebody else, is told', async () => {
    const page = listening(await signedIn({ home }))
    page.provider.faults.api.once(challenge('Bearer error="insufficient_user_authentication", acr_values="gold"'))
    await expectRefusal(page.auth.authFetch(API), 'step_up_required')
    page.provider.faults.userInfo.once(changes((claims) => ({ ...claims, sub: 'grace' })))
    await expectRefusal(page.auth.userInfo(), 'token_invalid')
    expect(bare(page.told)).toEqual([refused('authFetch', 'step_up_required'), refused('userInfo', 'token_invalid')])
  })

  it('is another thing than one that fails at the API, or that the app takes back', async () => {
    const page = listening(await signedIn({ home }))
    const { api } = page.provider.faults
    api.once(answers(500, null))
    expect((await page.auth.authFetch(API)).status).toBe(500)
    api.once(breaks)
    await expect(page.auth.authFetch(API)).rejects.toBeInstanceOf(TypeError)
    api.once(hangs)
    const abort = new AbortController()
    const call = page.auth.authFetch(API, { signal: abort.signal })
    abort.abort('enough')
    await expect(call).rejects.toBe('enough')
    expect(page.told).toEqual([])
  })
})
