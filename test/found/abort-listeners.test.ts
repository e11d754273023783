// @vitest-environment node
import { getEventListeners } from 'node:events'
import { expect, it } from 'vitest'
import { API } from '../api-calls.ts'
import { firstVisit, optionsFor, signedIn } from '../browser.ts'

it('L07 leaves no listener on the signal of a request that is over', async () => {
  const signals: AbortSignal[] = []
  const stage = await signedIn()
  const own = firstVisit({
    options: {
      ...optionsFor(stage.provider),
      fetch: async (input, init) => {
        const { url, signal } = input instanceof Request ? input : new Request(input, init)
        if (!url.startsWith(API)) return stage.provider.fetch(input, init)
        signals.push(signal)
        return Response.json({})
      },
    },
  })
  await own.auth.login()
  await own.tab.follow(stage.provider)
  const auth = own.tab.createAuth(own.options)
  await auth.start()
  const abort = new AbortController()
  for (let call = 0; call < 100; call += 1) await auth.authFetch(API, { signal: abort.signal })
  expect(signals).toHaveLength(100)
  expect(signals.flatMap((signal) => getEventListeners(signal, 'abort'))).toEqual([])
})
