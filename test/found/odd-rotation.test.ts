// @vitest-environment node
import { changes } from 'latchkey/testing'
import { expect, it } from 'vitest'
import { API } from '../api-calls.ts'
import { signedIn } from '../browser.ts'
import { advance, sleep } from '../clock.ts'
import { expectRefusal } from '../outcome.ts'

it.each([{ odd: {} }, { odd: [] }, { odd: 42 }, { odd: true }])(
  'C29, G02 a refresh token that is $odd is none: the one before is kept',
  async ({ odd }) => {
    const { auth, provider } = await signedIn({ provider: { refreshTokens: 'kept' } })
    provider.faults.token.once(changes((body) => ({ ...body, refresh_token: odd })))
    sleep(601_000)
    await expectRefusal(auth.authFetch(API), 'provider_invalid')
    await advance(60_000)
    expect((await auth.authFetch(API)).status).toBe(200)
    const used = provider.requestsTo('token').map(({ form }) => form.get('refresh_token'))
    expect(used[2]).toBe(used[1])
  },
)
