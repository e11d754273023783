// @vitest-environment node
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { challengeOf, createWorld, type World } from './api-world.ts'
import { createDpopClient } from './dpop-client.ts'
import { encoded } from './signed.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
})

afterEach(() => world.close())

describe('M17: huge and broken requests', () => {
  const expectAlive = async () => expect((await world.askWith(await world.token())).status).toBe(200)

  it('M17 survives a header of 64 KiB', async () => {
    for (const name of ['Authorization', 'DPoP']) {
      const { status } = await world.askWithLines({ [name]: `Bearer ${'a'.repeat(65_536)}` })
      expect(status).toBe(431)
    }
    await expectAlive()
  })

  it('M17 accepts a token that is large and right', async () => {
    const token = await world.token({ claims: { groups: Array.from({ length: 500 }, (_, index) => `group-${index}`) } })
    expect(token.length).toBeGreaterThan(8000)
    expect((await world.askWith(token)).status).toBe(200)
  })

  it.each([
    ['dots', '.'.repeat(12_000)],
    ['brackets', `${Buffer.from('['.repeat(6000)).toString('base64url')}.e30.c2ln`],
    ['objects', `${Buffer.from(`${'{"a":'.repeat(1500)}1${'}'.repeat(1500)}`).toString('base64url')}.e30.c2ln`],
    ['members', `${encoded(Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`a${i}`, i])))}.e30.c2ln`],
    [
      'another prototype',
      `${Buffer.from('{"__proto__":{"alg":"ES256","typ":"at+jwt"}}').toString('base64url')}.e30.c2ln`,
    ],
  ])('M17 refuses a token of nothing but %s', async (_name, garbage) => {
    const response = await world.askWith(garbage)
    expect(response.status).toBe(401)
    expect(challengeOf(response)).toContain('error="invalid_token"')
    await expectAlive()
  })

  it.each(['a', '.', '..', 'a.b.c', '....', `${'a'.repeat(9000)}.b.c`, 'eyJhbGciOiJFUzI1NiJ9.bm90anNvbg.c2ln'])(
    'M17 refuses a token of garbage: %.20s',
    async (garbage) => {
      const response = await world.askWith(garbage)
      expect(response.status).toBe(401)
      expect(challengeOf(response)).toContain('error="invalid_token"')
      await expectAlive()
    },
  )

  it('M17 survives what is no HTTP', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(world.api.url).port), 'localhost')
      socket.once('error', reject).once('data', (data) => {
        socket.destroy()
        resolve(data.toString())
      })
      socket.write('\u0000\u0001 garbage\r\n\r\n')
    })
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    await expectAlive()
  })

  it('M17 refuses a body that is too large', async () => {
    const headers = { Authorization: `Bearer ${await world.token()}` }
    const response = await world.post('/notes', JSON.stringify({ text: 'a'.repeat(20_000) }), headers)
    expect(response.status).toBe(413)
    await expectAlive()
  })
})

describe('M18: what an error says', () => {
  async function expectDiscreet(response: Response, secrets: readonly string[]) {
    expect(response.status).toBeGreaterThanOrEqual(400)
    const body = await response.text()
    expect(Object.keys(JSON.parse(body))).toEqual(['error', 'error_description'])
    for (const part of secrets.flatMap((secret) => secret.split('.'))) {
      expect(body + challengeOf(response)).not.toContain(part)
    }
    expect(body + challengeOf(response)).not.toMatch(/\.ts|node_modules|\n\s+at |jose|JW[STK]/)
  }

  it('M18 says in no body what the token was or where the code stands', async () => {
    const token = await world.token({ claims: { iss: 'https://other.example' } })
    const good = { Authorization: `Bearer ${await world.token()}` }
    await expectDiscreet(await world.askWith(token), [token])
    await expectDiscreet(await world.askWith('garbage'), ['garbage'])
    await expectDiscreet(await world.askWith(token.slice(0, -9)), [token.slice(0, -9)])
    await expectDiscreet(await world.post('/notes', '{', good), [good.Authorization])
    await expectDiscreet(await world.ask('/nothing'), [])
  })

  it('M18 says nothing of a proof either', async () => {
    const { token, proof, send } = await createDpopClient(world)
    for (const jwt of [await proof({ claims: { htm: 'POST' } }), await proof({ header: { typ: 'JWT' } })]) {
      await expectDiscreet(await send(jwt), [token, jwt])
    }
  })

  it('M18 says nothing of what went wrong inside', async () => {
    world.providerAnswers(200, 'not the keys but a secret')
    await expectDiscreet(await world.askWith(await world.token()), ['secret', world.issuer])
  })
})
