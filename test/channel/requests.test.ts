// @vitest-environment node
import { AuthError } from 'latchkey'
import { describe, expect, it } from 'vitest'
import type { Vault } from '../../src/contract/vault.ts'
import { connected, quiet, stage } from './line.ts'

const API = 'https://api.example.com/notes'
const SIXTY_FOUR_KIBIBYTES = 65_536
const TWO_HUNDRED_MEBIBYTES = 209_715_200

/** A page, and the requests that its vault is asked to send. */
async function page(answer: (request: Request) => Response | Promise<Response>) {
  const requests: Request[] = []
  const repeatables: string[] = []
  const fetch: Vault['fetch'] = async (request, repeatable) => {
    requests.push(request)
    repeatables.push(repeatable)
    return answer(request)
  }
  const vault = await connected(stage({ fetch }).line())
  return { vault, requests, repeatables }
}

/** A body that comes as it is asked for, and how much of it has been. */
function source(total: number) {
  const count = { pulled: 0, cancelled: false }
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (count.pulled >= total) return controller.close()
        count.pulled += SIXTY_FOUR_KIBIBYTES
        // One buffer for all, as a source may do that reuses its own.
        controller.enqueue(ZEROS)
      },
      cancel() {
        count.cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  return { body, count }
}
const ZEROS = new Uint8Array(SIXTY_FOUR_KIBIBYTES)

describe('A request that is sent elsewhere', () => {
  it('H13 is the same request there', async () => {
    const { vault, requests, repeatables } = await page(() => new Response('yes'))
    const request = new Request(API, {
      method: 'PATCH',
      headers: { 'x-own': '1', 'content-type': 'text/own' },
      body: 'text',
      credentials: 'include',
      cache: 'no-store',
      redirect: 'manual',
      mode: 'same-origin',
      referrer: 'https://app.example.com/notes',
      referrerPolicy: 'no-referrer',
      integrity: 'sha256-AAAA',
      keepalive: true,
    })
    await vault.fetch(request.clone(), 'repeatable')
    const [sent] = requests
    const names = ['url', 'method', 'credentials', 'cache', 'redirect', 'mode', 'integrity', 'keepalive'] as const
    expect(names.map((name) => sent?.[name])).toEqual(names.map((name) => request[name]))
    expect([...(sent?.headers ?? [])]).toEqual([...request.headers])
    expect(await sent?.text()).toBe('text')
    expect(repeatables).toEqual(['repeatable'])
  })

  it('is aborted there when it is aborted here, with the reason here', async () => {
    const { vault, requests } = await page(() => new Promise(() => {}))
    const stop = new AbortController()
    const asked = vault.fetch(new Request(API, { signal: stop.signal }), 'repeatable')
    await quiet()
    const reason = { own: 'reason' }
    stop.abort(reason)
    expect(await asked.catch((error: unknown) => error)).toBe(reason)
    await quiet()
    expect(requests[0]?.signal.aborted).toBe(true)
  })

  it('is not sent at all where it was aborted before, or while its body was read', async () => {
    const { vault, requests } = await page(() => new Response('yes'))
    const before = new Request(API, { signal: AbortSignal.abort('before') })
    expect(await vault.fetch(before, 'repeatable').catch((error: unknown) => error)).toBe('before')
    const stop = new AbortController()
    const during = vault.fetch(new Request(API, { method: 'POST', body: 'text', signal: stop.signal }), 'repeatable')
    stop.abort('during')
    expect(await during.catch((error: unknown) => error)).toBe('during')
    await quiet()
    expect(requests).toEqual([])
  })

  it('takes a stream along as it comes', async () => {
    const { vault, requests, repeatables } = await page(async (request) => new Response(await request.text()))
    let say: ReadableStreamDefaultController<Uint8Array> | undefined
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        say = controller
      },
    })
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, duplex: 'half' }
    const asked = vault.fetch(new Request(API, init), 'once')
    await quiet()
    expect(requests).toHaveLength(1)
    for (const part of ['one ', 'two']) say?.enqueue(new TextEncoder().encode(part))
    say?.close()
    expect(await (await asked).text()).toBe('one two')
    expect(repeatables).toEqual(['once'])
  })

  it('that leaves the page with it is aborted, unless it is to be kept alive', async () => {
    const { vault, requests } = await page(() => new Promise(() => {}))
    const lost = ['plain', 'kept'].map((name) =>
      vault.fetch(new Request(`${API}/${name}`, { keepalive: name === 'kept' }), 'repeatable').catch(() => {}),
    )
    await quiet()
    vault.dispose()
    await Promise.all(lost)
    await quiet()
    expect(requests.map(({ url, signal }) => [url.split('/').at(-1), signal.aborted])).toEqual([
      ['plain', true],
      ['kept', false],
    ])
  })

  it('J09 that the end of the session stops says so, before the answer and in the middle of it', async () => {
    const over = new AuthError('login_required', 'Signed out.')
    let end: () => void = () => {}
    const { vault } = await page(({ url }) => {
      const ended = new Promise<never>((_, reject) => {
        end = () => reject(over)
      })
      if (url.endsWith('before')) return ended
      const pull = (controller: ReadableStreamDefaultController) => ended.catch((error) => controller.error(error))
      return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }))
    })
    for (const when of ['before', 'amid']) {
      const asked = vault.fetch(new Request(`${API}/${when}`), 'repeatable').then((response) => response.text())
      const refused = asked.catch((error: unknown) => error)
      await new Promise((resolve) => setTimeout(resolve, 20))
      end()
      expect(await refused).toMatchObject({ code: 'login_required', message: 'Signed out.' })
    }
  })
})

describe('A response from elsewhere', () => {
  it.each([200, 201, 204, 205, 304, 404, 500])('H33 has the status %d', async (status) => {
    const hasNone = [204, 205, 304].includes(status)
    const { vault } = await page(() =>
      // What Chromium makes of a body that cannot be: an empty stream.
      hasNone
        ? Object.defineProperty(new Response(null, { status }), 'body', { value: new Blob([]).stream() })
        : new Response('text', { status, statusText: 'Own words' }),
    )
    const response = await vault.fetch(new Request(API), 'repeatable')
    expect([response.status, response.ok, await response.text()]).toEqual([status, status < 300, hasNone ? '' : 'text'])
  })

  it('has what no constructor takes, and so have its clones', async () => {
    const shown = { url: `${API}?moved`, redirected: true, type: 'cors' }
    const { vault } = await page(() => {
      const response = new Response('text', { status: 203, statusText: 'Own words', headers: { 'x-own': '1' } })
      for (const [name, value] of Object.entries(shown)) Object.defineProperty(response, name, { value })
      return response
    })
    const response = await vault.fetch(new Request(API), 'repeatable')
    expect(response).toBeInstanceOf(Response)
    const clone = response.clone()
    for (const one of [response, clone, clone.clone()]) {
      expect(one).toMatchObject({ ...shown, status: 203, statusText: 'Own words', ok: true })
      expect(one.headers.get('x-own')).toBe('1')
      expect(await one.text()).toBe('text')
    }
  })

  it('that was a redirect not followed has its status, which no constructor takes', async () => {
    const { vault } = await page(() => {
      const response = new Response(null)
      for (const [name, value] of Object.entries({ status: 0, ok: false, type: 'opaqueredirect', url: API }))
        Object.defineProperty(response, name, { value })
      return response
    })
    const response = await vault.fetch(new Request(API, { redirect: 'manual' }), 'repeatable')
    expect(response).toMatchObject({ status: 0, ok: false, type: 'opaqueredirect', url: API })
  })

  it('does not pile up: what nobody reads is not asked for', async () => {
    const { body, count } = source(TWO_HUNDRED_MEBIBYTES)
    const { vault } = await page(() => new Response(body))
    const reader = (await vault.fetch(new Request(API), 'repeatable')).body?.getReader()
    const read = async () => (await reader?.read())?.value?.length ?? 0
    let most = 0
    for (let seen = 0; seen < TWO_HUNDRED_MEBIBYTES; ) {
      seen += await read()
      most = Math.max(most, count.pulled - seen)
    }
    expect(await read()).toBe(0)
    expect(count.pulled).toBe(TWO_HUNDRED_MEBIBYTES)
    expect(most).toBeLessThanOrEqual(4 * SIXTY_FOUR_KIBIBYTES)
  })

  it('stops where it comes from when it is cancelled, aborted, or the page leaves', async () => {
    for (const how of ['cancel', 'abort', 'leave'] as const) {
      const { body, count } = source(TWO_HUNDRED_MEBIBYTES)
      const { vault } = await page(() => new Response(body))
      const stop = new AbortController()
      const response = await vault.fetch(new Request(API, { signal: stop.signal }), 'repeatable')
      const reader = response.body?.getReader()
      await reader?.read()
      if (how === 'cancel') await reader?.cancel()
      if (how === 'abort') stop.abort('enough')
      if (how === 'leave') vault.dispose()
      await quiet()
      expect([how, count.cancelled]).toEqual([how, true])
      if (how === 'abort') expect(await reader?.read().catch((error: unknown) => error)).toBe('enough')
    }
  })

  it('that breaks off is read as far as it came, then fails as a request does', async () => {
    let pulls = 0
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulls += 1
          if (pulls === 1) controller.enqueue(new TextEncoder().encode('half'))
          else controller.error(new Error('Bearer secret'))
        },
      },
      { highWaterMark: 0 },
    )
    const { vault } = await page(() => new Response(body))
    const reader = (await vault.fetch(new Request(API), 'repeatable')).body?.getReader()
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('half')
    const failure = await reader?.read().catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(TypeError)
    expect(String(failure)).not.toContain('secret')
  })
})
