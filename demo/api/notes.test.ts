// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { challengeOf, createWorld, type World } from './api-world.ts'

interface Note {
  readonly id: string
  readonly text: string
}

let world: World

beforeEach(async () => {
  world = await createWorld()
})

afterEach(async () => {
  vi.useRealTimers()
  await world.close()
})

const as = async (sub: string) => ({ Authorization: `Bearer ${await world.token({ claims: { sub } })}` })
const notesOf = async (sub: string): Promise<Note[]> =>
  (await world.ask('/notes', { headers: await as(sub) })).json() as Promise<Note[]>
const add = async (sub: string, body: string) => world.post('/notes', body, await as(sub))

describe('the notebook', () => {
  it('keeps what was added, oldest first, for its owner alone', async () => {
    const before = await notesOf('grace')
    expect(await notesOf('nobody')).toEqual([])
    const response = await add('nobody', '{"text":"  First  "}')
    expect(response.status).toBe(201)
    const first = (await response.json()) as Note
    await add('nobody', '{"text":"Second"}')
    expect((await notesOf('nobody')).map(({ text }) => text)).toEqual(['First', 'Second'])
    expect((await notesOf('nobody'))[0]).toEqual(first)
    expect(await notesOf('grace')).toEqual(before)
  })

  it('deletes one note, and none of somebody else', async () => {
    const [first, ...rest] = await notesOf('ada')
    const path = `/notes/${first!.id}`
    expect((await world.ask(path, { method: 'DELETE', headers: await as('grace') })).status).toBe(404)
    expect((await world.ask(path, { method: 'DELETE', headers: await as('ada') })).status).toBe(204)
    expect(await notesOf('ada')).toEqual(rest)
    expect((await world.ask(path, { method: 'DELETE', headers: await as('ada') })).status).toBe(404)
  })

  it.each(['', '{', 'null', '[]', '{}', '{"text":7}', '{"text":"  "}', JSON.stringify({ text: 'a'.repeat(501) })])(
    'answers 400 to the body %.20s',
    async (body) => {
      expect((await add('nobody', body)).status).toBe(400)
      expect(await notesOf('nobody')).toEqual([])
    },
  )

  it('takes JSON alone', async () => {
    const headers = { ...(await as('nobody')), 'Content-Type': 'text/plain' }
    expect((await world.post('/notes', '{"text":"x"}', headers)).status).toBe(415)
  })

  it('says what can be done where something cannot', async () => {
    const response = await world.ask('/notes', { method: 'PUT', headers: await as('ada') })
    expect(response.status).toBe(405)
    expect(response.headers.get('Allow')).toBe('GET, POST, DELETE')
  })

  it('says whose token it was', async () => {
    const response = await world.ask('/me', { headers: await as('ada') })
    expect(await response.json()).toMatchObject({ sub: 'ada', client_id: 'notes-spa', scope: 'notes:read notes:write' })
  })
})

describe('trouble', () => {
  const refuse = (kind: unknown) => world.post('/demo/trouble', JSON.stringify({ refuse: kind }))

  it('once: refuses the tokens that are out there, and takes a new one at the very same second', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    const [early, used] = [
      await world.token({ claims: { iat: Math.floor(Date.now() / 1000) - 1 } }),
      await world.token(),
    ]
    expect((await world.askWith(used)).status).toBe(200)
    await refuse('once')
    for (const old of [early, used, used]) {
      const response = await world.askWith(old)
      expect(response.status).toBe(401)
      expect(challengeOf(response)).toContain('error="invalid_token"')
    }
    expect((await world.askWith(await world.token())).status).toBe(200)
  })

  it('always: refuses every token, until none', async () => {
    await refuse('always')
    expect((await world.askWith(await world.token())).status).toBe(401)
    await refuse('none')
    expect((await world.askWith(await world.token())).status).toBe(200)
  })

  it.each(['{"refuse":"sometimes"}', '{"refuse":null}', '{}', '{"down":1}'])('knows no %s', async (body) => {
    expect((await world.post('/demo/trouble', body)).status).toBe(400)
    expect((await world.askWith(await world.token())).status).toBe(200)
  })
})
