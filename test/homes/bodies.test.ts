// @vitest-environment node
import { breaksMidway } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API, first, toApi } from '../api-calls.ts'
import { type Stage, signedIn } from '../browser.ts'
import { settled } from '../clock.ts'
import { HOMES } from './home.ts'

const CORS = { 'access-control-allow-origin': '*' }
const BYTES = Uint8Array.from({ length: 256 }, (_, byte) => byte)
const SIXTEEN_KIBIBYTES = 16_384
const ONE_MEBIBYTE = 1_048_576

/** A body that is made as it is asked for, and counts how much of it was. */
function countedSource(chunks: number, size = SIXTEEN_KIBIBYTES) {
  const count = { pulled: 0, cancelled: false }
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (count.pulled === chunks) return controller.close()
      controller.enqueue(new Uint8Array(size).fill(count.pulled))
      count.pulled += 1
    },
    cancel() {
      count.cancelled = true
    },
  })
  return { count, stream }
}

/** An abort closes the connection as well as a cancel does. */
const isEnded = (stage: Stage, { cancelled }: { cancelled: boolean }) =>
  cancelled || !!toApi(stage).at(-1)?.request.signal.aborted

describe.each(HOMES)('%s: the body of a request', (home) => {
  const form = new FormData()
  form.append('title', 'Ä note')
  form.append('file', new File([BYTES], 'bytes.bin', { type: 'application/x-own' }))

  it.each<[string, BodyInit, string | null, Uint8Array<ArrayBuffer>]>([
    ['text', 'Ä note', 'text/plain;charset=UTF-8', new TextEncoder().encode('Ä note')],
    ['empty text', '', 'text/plain;charset=UTF-8', new Uint8Array()],
    ['a Blob', new Blob([BYTES], { type: 'image/x-own' }), 'image/x-own', BYTES],
    ['a Blob without type', new Blob([BYTES]), null, BYTES],
    ['a File', new File([BYTES], 'x', { type: 'image/x-own' }), 'image/x-own', BYTES],
    ['an ArrayBuffer', BYTES.buffer, null, BYTES],
    ['a view on a part of one', BYTES.subarray(5, 9), null, BYTES.slice(5, 9)],
    [
      'URLSearchParams',
      new URLSearchParams({ a: 'ä&=' }),
      'application/x-www-form-urlencoded;charset=UTF-8',
      new TextEncoder().encode('a=%C3%A4%26%3D'),
    ],
    ['one mebibyte', new Uint8Array(ONE_MEBIBYTE).fill(7), null, new Uint8Array(ONE_MEBIBYTE).fill(7)],
  ])('arrives as it is: %s', async (_, body, type, bytes) => {
    const stage = await signedIn({ home })
    await stage.auth.authFetch(API, { method: 'POST', body })
    const { request } = first(toApi(stage))
    expect(request.headers.get('content-type')).toBe(type)
    expect(Buffer.from(await request.arrayBuffer()).equals(Buffer.from(bytes))).toBe(true)
  })

  it('arrives as it is: FormData, files and all', async () => {
    const stage = await signedIn({ home })
    await stage.auth.authFetch(API, { method: 'POST', body: form })
    const seen = await first(toApi(stage)).request.formData()
    expect(seen.get('title')).toBe('Ä note')
    const file = seen.get('file') as File
    expect([file.name, file.type]).toEqual(['bytes.bin', 'application/x-own'])
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(BYTES)
  })

  it('arrives as it is: a stream', async () => {
    const stage = await signedIn({ home })
    const { stream } = countedSource(10, 1_000)
    await stage.auth.authFetch(API, { method: 'PUT', body: stream, duplex: 'half' } as RequestInit)
    const bytes = new Uint8Array(await first(toApi(stage)).request.arrayBuffer())
    expect(bytes).toHaveLength(10_000)
    expect([bytes[999], bytes[1_000], bytes[9_999]]).toEqual([0, 1, 9])
  })

  it('arrives as it is: that of a Request, with the type of its own', async () => {
    const stage = await signedIn({ home })
    const headers = { 'content-type': 'application/json' }
    await stage.auth.authFetch(new Request(API, { method: 'PATCH', headers, body: '{"a":1}' }))
    const { request } = first(toApi(stage))
    expect([request.method, request.headers.get('content-type'), await request.text()]).toEqual([
      'PATCH',
      'application/json',
      '{"a":1}',
    ])
  })

  it('that breaks as it is read fails the call, and nothing else', async () => {
    const stage = await signedIn({ home })
    const body = new ReadableStream({ pull: (controller) => controller.error(new Error('the disk is gone')) })
    const asked = stage.auth.authFetch(API, { method: 'POST', body, duplex: 'half' } as RequestInit)
    expect(await asked.catch((error: unknown) => error)).toBeInstanceOf(Error)
    expect((await stage.auth.authFetch(API)).status).toBe(200)
  })
})

describe.each(HOMES)('%s: the body of an answer', (home) => {
  it('arrives as it is, whatever is in it', async () => {
    const stage = await signedIn({ home })
    stage.provider.faults.api.always(() => new Response(BYTES, { headers: { ...CORS, 'content-type': 'image/x-own' } }))
    const ask = () => stage.auth.authFetch(API)
    expect(new Uint8Array(await (await ask()).arrayBuffer())).toEqual(BYTES)
    const blob = await (await ask()).blob()
    expect([blob.type, blob.size]).toEqual(['image/x-own', 256])
  })

  it('is as long as it is, chunk after chunk', async () => {
    const stage = await signedIn({ home })
    const { stream } = countedSource(300)
    stage.provider.faults.api.once(() => new Response(stream, { headers: CORS }))
    const bytes = new Uint8Array(await (await stage.auth.authFetch(API)).arrayBuffer())
    expect(bytes).toHaveLength(300 * SIXTEEN_KIBIBYTES)
    for (const chunk of [0, 1, 150, 255, 256, 299]) expect(bytes[chunk * SIXTEEN_KIBIBYTES]).toBe(chunk % 256)
  })

  it('is asked for no faster than it is read', async () => {
    const stage = await signedIn({ home })
    const { count, stream } = countedSource(10_000)
    stage.provider.faults.api.once(() => new Response(stream, { headers: CORS }))
    const reader = (await stage.auth.authFetch(API)).body?.getReader()
    if (!reader) throw new Error('no body')
    // 160 MB in all; less than two of them wait.
    const ahead = 2 * (ONE_MEBIBYTE / SIXTEEN_KIBIBYTES)
    let read = 0
    for (let round = 0; round < 5; round += 1) {
      await settled()
      expect(count.pulled * SIXTEEN_KIBIBYTES - read).toBeLessThanOrEqual(ahead * SIXTEEN_KIBIBYTES)
      for (let chunk = 0; chunk < 20; chunk += 1) read += (await reader.read()).value?.length ?? 0
    }
    await reader.cancel()
    await settled()
    expect(isEnded(stage, count)).toBe(true)
  })

  it('that nobody reads any more is cancelled where it comes from', async () => {
    const stage = await signedIn({ home })
    const { count, stream } = countedSource(10_000)
    stage.provider.faults.api.once(() => new Response(stream, { headers: CORS }))
    await (await stage.auth.authFetch(API)).body?.cancel()
    await settled()
    expect(isEnded(stage, count)).toBe(true)
    const { pulled } = count
    await settled()
    expect(count.pulled).toBe(pulled)
  })

  it('comes event by event, as they happen', async () => {
    const stage = await signedIn({ home })
    let send = (_: string) => {}
    const events = new ReadableStream({
      start(controller) {
        send = (text) => controller.enqueue(new TextEncoder().encode(`data: ${text}\n\n`))
      },
    })
    const headers = { ...CORS, 'content-type': 'text/event-stream' }
    stage.provider.faults.api.once(() => new Response(events, { headers }))
    const response = await stage.auth.authFetch(API)
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    for (const text of ['one', 'two', 'three']) {
      send(text)
      expect(await reader?.read()).toEqual({ done: false, value: `data: ${text}\n\n` })
    }
    await reader?.cancel()
  })

  it('can be read by two, from a clone', async () => {
    const stage = await signedIn({ home })
    const { stream } = countedSource(40)
    stage.provider.faults.api.once(() => new Response(stream, { headers: CORS }))
    const response = await stage.auth.authFetch(API)
    const copy = response.clone()
    const [one, other] = await Promise.all([response.arrayBuffer(), copy.arrayBuffer()])
    expect([one.byteLength, other.byteLength]).toEqual([40 * SIXTEEN_KIBIBYTES, 40 * SIXTEEN_KIBIBYTES])
  })

  it('that breaks off says so to who reads it, and nobody is signed out', async () => {
    const stage = await signedIn({ home })
    stage.provider.faults.api.once(breaksMidway)
    const response = await stage.auth.authFetch(API)
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toBeInstanceOf(Error)
    expect(stage.auth.state.status).toBe('signed-in')
    expect((await stage.auth.authFetch(API)).status).toBe(200)
  })
})
