import type { Page } from '@playwright/test'
import type { Echo } from '../world/echo-api.ts'
import { expect, inEveryHome, test } from '../world/homes.ts'

interface Sent extends Echo {
  readonly bytes: Buffer
}

/** Makes a body in the page, sends it through `authFetch`, and answers what arrived. */
async function send(page: Page, url: string, kind: Kind, how: 'init' | 'Request'): Promise<Sent> {
  const echo: Echo = await page.evaluate(
    async ([url, kind, how]) => {
      const bytes = Uint8Array.from({ length: 300 }, (_, index) => index)
      const form = new FormData()
      form.append('note', 'Grüße\n')
      form.append('note', 'again')
      form.append('file', new File([bytes], 'ä "quoted".bin', { type: 'image/png' }))
      const bodies: Record<typeof kind, BodyInit> = {
        text: 'Grüße, 🙂',
        'an empty text': '',
        parameters: new URLSearchParams([
          ['a', '1 2'],
          ['a', 'ü&'],
        ]),
        'a blob': new Blob([bytes], { type: 'image/png' }),
        'a blob without a type': new Blob([bytes]),
        'a form': form,
        'an array buffer': bytes.buffer,
        'a view of a buffer': bytes.subarray(10, 20),
      }
      const init = { method: 'POST', body: bodies[kind], headers: { 'X-Own': 'kept' } }
      const { authFetch } = window.harness.auth
      const response = await (how === 'init' ? authFetch(url, init) : authFetch(new Request(url, init)))
      return response.json()
    },
    [url, kind, how] as const,
  )
  return { ...echo, bytes: Buffer.from(echo.body, 'base64') }
}

const BYTES = Buffer.from(Uint8Array.from({ length: 300 }, (_, index) => index))

const ARRIVES = {
  text: { type: 'text/plain;charset=UTF-8', bytes: Buffer.from('Grüße, 🙂') },
  'an empty text': { type: 'text/plain;charset=UTF-8', bytes: Buffer.from('') },
  parameters: {
    type: 'application/x-www-form-urlencoded;charset=UTF-8',
    bytes: Buffer.from('a=1+2&a=%C3%BC%26'),
  },
  'a blob': { type: 'image/png', bytes: BYTES },
  'a blob without a type': { type: undefined, bytes: BYTES },
  'an array buffer': { type: undefined, bytes: BYTES },
  'a view of a buffer': { type: undefined, bytes: BYTES.subarray(10, 20) },
}

type Kind = keyof typeof ARRIVES | 'a form'

inEveryHome(() => {
  test.beforeEach(({ enter }) => enter())

  for (const how of ['init', 'Request'] as const) {
    test(`H13 bodies of every kind in a ${how} arrive byte for byte, with their type`, async ({ page, api }) => {
      for (const [kind, { type, bytes }] of Object.entries(ARRIVES)) {
        const sent = await send(page, `${api.origin}/echo`, kind as Kind, how)
        expect(sent.headers['content-type'], kind).toBe(type)
        expect(sent.bytes.equals(bytes), kind).toBe(true)
        expect(sent.headers, kind).toMatchObject({ 'x-own': 'kept', authorization: expect.stringMatching(/^Bearer ./) })
        expect(sent.method).toBe('POST')
      }
    })

    test(`H13 a form in a ${how} arrives with its files, its boundary the one in the header`, async ({ page, api }) => {
      const { headers, bytes } = await send(page, `${api.origin}/echo`, 'a form', how)
      const form = await new Response(new Uint8Array(bytes), {
        headers: { 'Content-Type': headers['content-type'] ?? '' },
      }).formData()
      expect(form.getAll('note')).toEqual(['Grüße\r\n', 'again'])
      const file = form.get('file') as File
      expect([file.name, file.type]).toEqual(['ä "quoted".bin', 'image/png'])
      expect(Buffer.from(await file.arrayBuffer()).equals(BYTES)).toBe(true)
    })
  }

  test('H14 H16 a body that can be repeated is sent once more, whole, after a refusal', async ({
    page,
    api,
    hostile,
  }) => {
    api.refusals = 1
    const sent = await send(page, `${api.origin}/echo`, 'a blob', 'init')
    expect(sent.bytes.equals(BYTES)).toBe(true)
    expect(api.calls.map(({ body }) => Buffer.from(body, 'base64').equals(BYTES))).toEqual([true, true])
    const [first, second] = api.calls.map(({ headers }) => headers.authorization)
    expect(first).not.toBe(second)
    expect(hostile.provider.requestsTo('token')).toHaveLength(2)
  })

  test('H13 an answer of every kind can be read as text, JSON, bytes, blob, form, and from a clone', async ({
    page,
    api,
  }) => {
    const read = await page.evaluate(async (url) => {
      const { authFetch } = window.harness.auth
      const response = await authFetch(url, { method: 'POST', body: 'x' })
      const clone = response.clone()
      return {
        json: (await response.json()).method,
        used: response.bodyUsed,
        clone: [clone.url, clone.redirected, clone.status, clone.type, (await clone.json()).method],
        text: (await (await authFetch(url)).text()).length,
        bytes: (await (await authFetch(url)).arrayBuffer()).byteLength,
        blob: (await (await authFetch(url)).blob()).type,
      }
    }, `${api.origin}/echo`)
    expect(read).toEqual({
      json: 'POST',
      used: true,
      clone: [`${api.origin}/echo`, false, 200, 'cors', 'POST'],
      text: expect.any(Number),
      bytes: read.text,
      blob: 'application/json',
    })
    expect(read.text).toBeGreaterThan(100)
  })
})
