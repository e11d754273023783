// @vitest-environment node
import { breaks } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API, EXPIRED } from '../api-calls.ts'
import { backFromProvider, type Stage, signedIn } from '../browser.ts'
import { settled } from '../clock.ts'
import { refusal } from '../outcome.ts'

const endless = (status: number, cancelled: () => void) => () =>
  new Response(
    new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1024)),
      cancel: cancelled,
    }),
    { status, headers: { 'access-control-allow-origin': '*' } },
  )

describe('A body that nobody reads', () => {
  it.each([500, 503, 429])(
    'G11 of a %i is let go: six of them would use up the connections to the provider',
    async (status) => {
      const { auth, provider } = await backFromProvider()
      let cancelled = false
      let aborted = false
      provider.faults.token.always((request) => {
        request.signal.addEventListener('abort', () => {
          aborted = true
        })
        return endless(status, () => {
          cancelled = true
        })()
      })
      await auth.start()
      await settled()
      expect(cancelled || aborted).toBe(true)
    },
  )

  it.each([
    ['a refresh was refused', (stage: Stage) => stage.provider.faults.token.always(breaks), EXPIRED],
    ['a stronger login is wanted', () => {}, 'Bearer error="insufficient_user_authentication"'],
  ] as const)('H16, H21 of a 401 is let go where %s after it', async (_, prepare, challenge) => {
    const stage = await signedIn()
    let isLetGo = false
    prepare(stage)
    stage.provider.faults.api.once(() => {
      const response = endless(401, () => {
        isLetGo = true
      })()
      response.headers.set('www-authenticate', challenge)
      response.headers.set('access-control-expose-headers', 'www-authenticate')
      return response
    })
    await refusal(stage.auth.authFetch(API))
    await settled()
    expect(isLetGo).toBe(true)
  })
})
