// What a page has left behind with `keepalive` must not hold a connection in the shared worker for ever.
import { expect, it } from 'vitest'
import { createGuestRequests } from '../../src/channel/guest-requests.ts'

it('the rest of an answer that nobody can read any more is let go of, also of a keepalive request', async () => {
  let cancelled = false
  const endless = () =>
    new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 20))
        if (!cancelled) controller.enqueue(new Uint8Array(1024))
      },
      cancel() {
        cancelled = true
      },
    })
  const requests = createGuestRequests(async () => new Response(endless()))
  const posted = {
    id: 1,
    repeatable: 'repeatable' as const,
    members: { url: 'https://api.example.com/', keepalive: true },
    headers: [],
    body: undefined,
  }
  await requests.fetch(posted)
  requests.leave()
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(cancelled).toBe(true)
})
