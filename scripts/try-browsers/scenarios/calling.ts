import assert from 'node:assert/strict'
import { refreshes } from '../../../e2e/world/requests.ts'
import { call } from '../page.ts'
import { signIn } from '../person.ts'
import type { Scenario } from '../scenario.ts'

const KINDS = ['text', 'parameters', 'blob', 'form', 'buffer'].flatMap((kind) => [
  [kind, 'init'] as const,
  [kind, 'Request'] as const,
])
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
    name: 'bodies of every kind, sent again after a 401',
    async play({ openApp, echo, provider }) {
      const tab = await openApp()
      await signIn(tab)
      echo.refusals = KINDS.length
      const statuses = await tab.run(
        async (origin, kinds) => {
          const bytes = Uint8Array.from({ length: 300 }, (_, index) => index)
          const form = new FormData()
          form.append('note', 'Grüße')
          const bodies: Record<string, BodyInit> = {
            text: 'Grüße',
            parameters: new URLSearchParams({ a: 'ü&' }),
            blob: new Blob([bytes], { type: 'image/png' }),
            form,
            buffer: bytes.buffer,
          }
          const { authFetch } = window.harness.auth
          const calls = kinds.map(([kind, how]) => {
            const url = `${origin}/${kind}-${how}`
            const init = { method: 'POST', body: bodies[kind] ?? null }
            return how === 'init' ? authFetch(url, init) : authFetch(new Request(url, init))
          })
          return (await Promise.all(calls)).map(({ status }) => status)
        },
        echo.origin,
        KINDS,
      )
      assert.deepEqual(statuses, Array(KINDS.length).fill(200))
      for (const [kind, how] of KINDS) {
        const [first, second, ...more] = echo.callsTo(`/${kind}-${how}`)
        assert.ok(first && second && first.body.length > 4, `${kind} in ${how} has come twice`)
        assert.deepEqual(more, [])
        assert.equal(withoutBoundary(second), withoutBoundary(first), `${kind} in ${how} is the same twice`)
      }
      assert.equal(refreshes(provider).length, 1)
      return undefined
    },
  },
  {
    name: 'a form with a Blob in it',
    async play({ openApp, echo }) {
      const tab = await openApp()
      await signIn(tab)
      const { canRead, outcome } = await tab.run(async (url) => {
        const form = new FormData()
        form.append('file', new Blob([new Uint8Array(300)], { type: 'image/png' }), 'ä.png')
        // Which is all that can be done with a form on its way to a worker.
        const canRead = await new Response(form).blob().then(
          () => true,
          () => false,
        )
        const sent = window.harness.auth.authFetch(url, { method: 'POST', body: form })
        return {
          canRead,
          outcome: await sent.then(
            ({ status }) => status,
            ({ name }) => String(name),
          ),
        }
      }, `${echo.origin}/form`)
      if (outcome !== 200 && !canRead) {
        assert.equal(outcome, 'InvalidStateError')
        assert.deepEqual(echo.calls, [])
        return 'cannot be read, and rejects'
      }
      assert.equal(outcome, 200)
      assert.ok(Buffer.from(echo.calls[0]?.body ?? '', 'base64').length > 400)
      return undefined
    },
  },
  {
    name: 'large bodies both ways, an event stream',
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
          return { up: up.body.length, down: down.byteLength, wrong, first }
        },
        echo.origin,
        MEGABYTES,
      )
      const up = Buffer.alloc(MEGABYTES).toString('base64').length
      assert.deepEqual(found, { up, down: MEGABYTES, wrong: -1, first: 'data: hello\n\n' })
      return undefined
    },
  },
  {
    name: 'an abort, before the answer and in the middle of it',
    async play({ openApp, echo }) {
      const tab = await openApp()
      await signIn(tab)
      const found = await tab.run(async (origin) => {
        const { authFetch } = window.harness.auth
        const nameOf = (error: Error) => error.name
        const [before, reading, text] = [new AbortController(), new AbortController(), new AbortController()]
        const held = authFetch(`${origin}/held`, { signal: before.signal }).then(() => 'answered', nameOf)
        const reader = (await authFetch(`${origin}/events`, { signal: reading.signal })).body?.getReader()
        await reader?.read()
        const read = reader?.read()
        const texts = (await authFetch(`${origin}/events`, { signal: text.signal })).text()
        const outcomes = [held, read?.then(() => 'read', nameOf), texts.then(() => 'read', nameOf)]
        // Whatever nobody holds any more is collected meanwhile.
        for (let round = 0; round < 20; round += 1) {
          for (let count = 0; count < 300; count += 1) new Request('/')
          new Uint8Array(8 * 1024 * 1024).fill(round)
          await new Promise((resolve) => setTimeout(resolve, 20))
        }
        for (const each of [before, reading, text]) each.abort()
        const tooLate = new Promise<string>((resolve) => setTimeout(resolve, 5_000, 'nothing in five seconds'))
        return Promise.all(outcomes.map((outcome) => Promise.race([outcome, tooLate])))
      }, echo.origin)
      assert.deepEqual(found.slice(0, 2), ['AbortError', 'AbortError'])
      assert.match(found[2] ?? '', /Error$/)
      await Promise.all(echo.calls.map(({ closed }) => closed))
      return found[2] === 'AbortError' ? undefined : `text() rejects with ${found[2]}`
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
