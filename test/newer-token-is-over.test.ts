// @vitest-environment node
import { breaks, held, unauthorized } from 'latchkey/testing'
import { expect, it } from 'vitest'
import { API, EXPIRED } from './api-calls.ts'
import { signedIn } from './browser.ts'
import { advance, settled } from './clock.ts'
import { refusal } from './outcome.ts'

it('H30 an API that takes so long to refuse a token that the next one is over, too, is not sent that', async () => {
  const stage = await signedIn()
  const api = held()
  stage.provider.faults.api.once(async (request, normally) => {
    await api(request, normally)
    return unauthorized(EXPIRED)
  })
  const call = refusal(stage.auth.authFetch(API))
  await api.asked
  await advance(560_000)
  stage.provider.faults.token.always(breaks)
  await advance(700_000)
  api.release()
  expect((await call).code).toBe('network')
  await settled()
  expect(stage.provider.requestsTo('api')).toHaveLength(1)
})
