// @vitest-environment node
import { answers } from 'latchkey/testing'
import { expect, it } from 'vitest'
import { API } from './api-calls.ts'
import { signedIn } from './browser.ts'
import { sleep } from './clock.ts'

it.each([
  [403, 'rate_limit_exceeded'],
  [400, 'too_many_requests'],
  [408, 'request_timeout'],
  [403, 'service_unavailable'],
  [404, 'not_found'],
])('G13 %i {"error":"%s"} of what stands in front of the provider ends no session', async (status, error) => {
  const stage = await signedIn()
  stage.provider.faults.token.once(answers(status, { error }))
  sleep(601_000)
  await stage.auth.authFetch(API).catch(() => {})
  expect(stage.auth.state.status).toBe('signed-in')
})
