import { expect } from '@playwright/test'
import { forget, hold, kept, load, save, tamper, test } from './world/store-site.ts'

const NAME = 'notes-spa'
const SECRET = 'refresh-1f0a.of-Ada-Lovelace'

test('what was saved outlives the page, for every tab and for workers', async ({ openTab }) => {
  const page = await openTab()
  await save(page, NAME, SECRET)
  await page.reload()
  await page.waitForFunction(() => window.store)
  expect(await load(page, NAME)).toBe(SECRET)
  await page.close()

  const other = await openTab()
  expect(await load(other, NAME)).toBe(SECRET)
  const inWorker = await other.evaluate(
    (name) =>
      new Promise((resolve) => {
        const worker = new Worker('/worker.js', { type: 'module' })
        worker.onmessage = ({ data }) => resolve(data)
        worker.postMessage(['load', name])
      }),
    NAME,
  )
  expect(inWorker).toBe(SECRET)
  expect(await load(other, 'another client')).toBeUndefined()
})

test('I01 nothing in the database can be read, and the key cannot be taken out', async ({ openTab, context }) => {
  const page = await openTab()
  await save(page, NAME, SECRET)
  const records = await kept(page)
  expect(records.map(({ name }) => name)).toEqual([`key ${NAME}`, `session ${NAME}`])
  expect(records[0]).toMatchObject({ isKey: true, extractable: false, content: { name: 'AES-GCM', length: 256 } })
  const { content } = records[1]!
  const text = String.fromCharCode(...(content as { text: number[] }).text)
  expect(text).toHaveLength(SECRET.length + 16)
  expect(text).not.toContain('Ada')
  const storage = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))
  expect(storage + JSON.stringify(await context.cookies())).not.toContain('refresh-')
})

test('each writing has an IV of its own, of 96 bits', async ({ openTab }) => {
  const page = await openTab()
  const seen = new Set<string>()
  for (let time = 0; time < 10; time += 1) {
    await save(page, NAME, SECRET)
    const [, session] = await kept(page)
    const { iv, text } = session!.content as { iv: number[]; text: number[] }
    expect(iv).toHaveLength(12)
    seen.add(String(iv)).add(String(text))
  }
  expect(seen.size).toBe(20)
})

test('of two tabs that make a key at the same time both use the first', async ({ openTab }) => {
  const [one, other] = [await openTab(), await openTab()]
  const letMake = await hold(other, 'generateKey')
  const letWrite = await hold(other, 'encrypt')
  const saving = save(other, NAME, 'by the other')
  await expect(other).toHaveTitle('holds generateKey')
  await save(one, NAME, 'by the one')
  await letMake()
  await expect(other).toHaveTitle('holds encrypt')
  expect(await load(one, NAME)).toBe('by the one')
  await letWrite()
  await saving
  expect(await load(one, NAME)).toBe('by the other')
})

test.describe('what somebody has tampered with was not kept', () => {
  test.beforeEach(async ({ openTab }) => {
    const page = await openTab()
    await save(page, NAME, SECRET)
    await save(page, 'other', 'of the other client')
  })

  const SESSION = `session ${NAME}`
  const changes: [string, Parameters<typeof tamper>[1], Parameters<typeof tamper>[2], string?][] = [
    [
      'a bit of the text',
      SESSION,
      (record) => {
        new Uint8Array((record as { text: ArrayBuffer }).text)[3]! ^= 1
        return record
      },
    ],
    [
      'a bit of the IV',
      SESSION,
      (record) => {
        ;(record as { iv: Uint8Array }).iv[0]! ^= 1
        return record
      },
    ],
    ['text that was cut off', SESSION, (record) => ({ ...(record as object), text: new ArrayBuffer(4) })],
    ['no IV', SESSION, (record) => ({ text: (record as { text: ArrayBuffer }).text })],
    ['plain text', SESSION, () => 'refresh-planted'],
    ['a number', SESSION, () => 7],
    ['another key', 'key other', (record) => record, `key ${NAME}`],
    ['a key that is none', `key ${NAME}`, () => ({ name: 'AES-GCM' })],
    ['no key', `key ${NAME}`, () => undefined],
    ["another client's session", 'session other', (record) => record, SESSION],
  ]
  for (const [what, name, change, as] of changes)
    test(`I01 ${what}`, async ({ openTab }) => {
      const page = await openTab()
      await tamper(page, name, change, as)
      expect(await load(page, NAME)).toBeUndefined()
      expect(await load(page, 'other')).toBe('of the other client')
    })

  test("another client's session under another client's key: its name is authenticated", async ({ openTab }) => {
    const page = await openTab()
    await tamper(page, 'key other', (record) => record, `key ${NAME}`)
    await tamper(page, 'session other', (record) => record, SESSION)
    expect(await load(page, NAME)).toBeUndefined()
  })
})

test('forgetting leaves nothing, not even the key', async ({ openTab }) => {
  const page = await openTab()
  await save(page, NAME, SECRET)
  await forget(page, NAME)
  expect(await kept(page)).toEqual([])
  expect(await load(page, NAME)).toBeUndefined()
})

test('G30 forgetting is not undone by a save that was under way', async ({ openTab }) => {
  const [page, other] = [await openTab(), await openTab()]
  await save(page, NAME, SECRET)
  const letWrite = await hold(page, 'encrypt')
  const saving = save(page, NAME, 'late')
  await expect(page).toHaveTitle('holds encrypt')
  await forget(other, NAME)
  await letWrite()
  await saving
  expect(await kept(page)).toEqual([])
})
