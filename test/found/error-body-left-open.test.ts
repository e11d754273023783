// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { backFromProvider } from '../browser.ts'
import { settled } from '../clock.ts'

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
})
