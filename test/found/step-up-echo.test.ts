// @vitest-environment node
import { unauthorized } from 'latchkey/testing'
import { expect, it } from 'vitest'
import { API } from '../api-calls.ts'
import { signedIn } from '../browser.ts'
import { refusal } from '../outcome.ts'

it.each(['acr_values', 'scope', 'max_age'])(
  'I05 an API that repeats the token in %s of a challenge does not get it into an error',
  async (name) => {
    const { auth, provider } = await signedIn()
    provider.faults.api.once((request) => {
      const token = request.headers.get('authorization')?.slice('Bearer '.length)
      return unauthorized(`Bearer error="insufficient_user_authentication", ${name}="x ${token}"`)
    })
    const { code, stepUp } = await refusal(auth.authFetch(API))
    expect(code).toBe('step_up_required')
    expect(stepUp).toEqual({ acrValues: undefined, maxAge: undefined, scope: undefined })
  },
)

it('H21 an absurd max_age is none', async () => {
  const { auth, provider } = await signedIn()
  provider.faults.api.once(() =>
    unauthorized(`Bearer error="insufficient_user_authentication", max_age=${'9'.repeat(400)}`),
  )
  expect((await refusal(auth.authFetch(API))).stepUp?.maxAge).toBeUndefined()
})
