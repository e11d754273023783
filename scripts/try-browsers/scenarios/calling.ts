import assert from 'node:assert/strict'
import { refreshes } from '../../../e2e/world/requests.ts'
import { call } from '../page.ts'
import { signIn } from '../person.ts'
import type { Scenario } from '../scenario.ts'

const MEGABYTES = 8 * 1024 * 1024

export const calling: readonly Scenario[] = [
  {
    name: 'GET, and POST with a body',
    async play({ openApp, api }) {
      const tab = await openApp()
      await signIn(tab)
      const headers = { 'Content-Type': 'application/json' }
      const added = await call(tab, `${api.url}notes`, { method: 'POST', headers, body: '{"text":"Grüße"}' })
      assert.equal(added.status, 201)
      const listed = await call(tab, `${api.url}notes`)
      assert.equal(listed.status, 200)
      assert.match(listed.text ?? '', /Grüße/)
      return undefined
    },
  },
  {
    name: 'a body of every kind, sent again after a 401',
    async play({ openApp, echo }) {
      const tab = await openApp()
      await signIn(tab)
      for (const how of ['init', 'Request'] as const) {
        for (const kind of ['text', 'parameters', 'blob', 'form', 'buffer'] as const) {
          echo.refusals = 1
          const before = echo.calls.length
          const sent = await tab.run(
            async (url, kind, how) => {
              const bytes = Uint8Array.from({ length: 300 }, (_, index) => index)
              const form = new FormData()
              form.append('file', new File([bytes], 'ä.bin', { type: 'image/png' }))
              const body = {
                text: 'Grüße',
                parameters: new URLSearchParams({ a: 'ü&' }),
                blob: new Blob([bytes], { type: 'image/png' }),
                form,
                buffer: bytes.buffer,
              }[kind]
              const { authFetch } = window.harness.auth
              const init = { method: 'POST', body }
              const response = await (how === 'init' ? authFetch(url, init) : authFetch(new Request(url, init)))
              return response.status
            },
            `${echo.origin}/echo`,
            kind,
            how,
          )
          const [first, second, ...more] = echo.calls.slice(before)
          assert.equal(sent, 200, `${kind} in ${how}`)
          assert.deepEqual(more, [])
          assert.ok(first && second && first.body.length > 4, `${kind} in ${how} has come twice`)
          assert.equal(withoutBoundary(second), withoutBoundary(first), `${kind} in ${how} is the same twice`)
          assert.notEqual(second.headers.authorization, first.headers.authorization)
          // An API that has just been given a new token is refused another for a while.
          await new Promise((resolve) => setTimeout(resolve, 5_100))
        }
      }
      return undefined
    },
  },
  {
    name: 'large bodies both ways, an event stream, an abort',
    async play({ openApp, echo }) {
      const tab = await openApp()
      await signIn(tab)
      const found = await tab.run(
        async (origin, size) => {
          const { authFetch } = window.harness.auth
          const large = new Blob([new Uint8Array(size)])
          const up = await (await authFetch(`${origin}/echo`, { method: 'POST', body: large })).json()
          const down = await (await authFetch(`${origin}/bytes?count=${size}`)).arrayBuffer()
          const wrong = new Uint8Array(down).findIndex((byte, index) => byte !== index % 251)
          const events = (await authFetch(`${origin}/events`)).body?.getReader()
          const first = new TextDecoder().decode((await events?.read())?.value)
          await events?.cancel()
          const stop = new AbortController()
          setTimeout(() => stop.abort(), 500)
          const late = await authFetch(`${origin}/never`, { signal: stop.signal })
            .then((response) => response.text())
            .catch(({ name }) => name)
          return { up: up.body.length, down: down.byteLength, wrong, first, late }
        },
        echo.origin,
        MEGABYTES,
      )
      const up = Buffer.alloc(MEGABYTES).toString('base64').length
      assert.deepEqual(found, { up, down: MEGABYTES, wrong: -1, first: 'data: hello\n\n', late: 'AbortError' })
      await echo.callsTo('/never')[0]?.closed
      return undefined
    },
  },
  {
    name: '20 calls that are refused at once make one refresh',
    async play({ openApp, api, provider }) {
      const tab = await openApp()
      await signIn(tab)
      await call(tab, `${api.url}me`)
      await fetch(`${api.url}demo/trouble`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: '{"refuse":"once"}',
      })
      const statuses = await tab.run(async (url) => {
        const calls = Array.from({ length: 20 }, () => window.harness.auth.authFetch(url))
        return (await Promise.all(calls)).map(({ status }) => status)
      }, `${api.url}me`)
      assert.deepEqual(statuses, Array(20).fill(200))
      assert.deepEqual(
        refreshes(provider).map(({ status }) => status),
        [200],
      )
      return undefined
    },
  },
]

/** A form is given another boundary each time that it is read. */
function withoutBoundary({
  headers,
  body,
}: {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}) {
  const type = headers['content-type'] ?? ''
  const [, boundary = ''] = /boundary=(.+)$/.exec(type) ?? []
  const text = Buffer.from(body, 'base64').toString('latin1')
  return boundary ? text.replaceAll(boundary, '…') : `${type} ${text}`
}
