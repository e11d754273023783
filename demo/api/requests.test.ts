// @vitest-environment node
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { APP, challengeOf, createWorld, STRANGER, type World } from './api-world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
})

afterEach(async () => {
  vi.useRealTimers()
  await world.close()
})

const now = () => Math.floor(Date.now() / 1000)

describe('M01: no credentials', () => {
  it.each([
    ['no header', undefined],
    ['Basic', 'Basic YWRhOmxhdGNoa2V5'],
    ['DPoP', 'DPoP eyJh.eyJz.c2ln'],
    ['Bearer alone', 'Bearer'],
    ['Bearer and spaces', 'Bearer   '],
  ])('M01 challenges %s without an error code', async (_name, authorization) => {
    const response = await world.ask('/notes', authorization ? { headers: { Authorization: authorization } } : {})
    expect(response.status).toBe(401)
    expect(challengeOf(response)).toBe(
      `Bearer resource_metadata="${world.api.url}.well-known/oauth-protected-resource"`,
    )
  })

  it('M01 does not look at a token in the query', async () => {
    const response = await world.ask(`/notes?access_token=${await world.token()}`)
    expect(response.status).toBe(401)
    expect(challengeOf(response)).not.toContain('error')
  })

  it('M01 refuses two Authorization headers, even of good tokens', async () => {
    const bearer = `Bearer ${await world.token()}`
    const { status, challenge } = await world.statusWith({ Authorization: [bearer, bearer] })
    expect(status).toBe(401)
    expect(challenge).toContain('error="invalid_request"')
  })

  it('M01 reads the scheme in any case', async () => {
    const token = await world.token()
    expect((await world.ask('/notes', { headers: { Authorization: `bEaReR ${token}` } })).status).toBe(200)
  })
})

describe('M08: the scope', () => {
  it.each([
    ['none', undefined],
    ['empty', ''],
    ['another', 'notes:write'],
    ['a longer word', 'notes:readwrite'],
    ['a shorter word', 'notes:rea'],
    ['another case', 'NOTES:READ'],
    ['a list', ['notes:read']],
  ])('M08 answers 403 where the scope is %s', async (_name, scope) => {
    const response = await world.askWith(await world.token({ claims: { scope } }))
    expect(response.status).toBe(403)
    expect(challengeOf(response)).toContain('error="insufficient_scope"')
    expect(challengeOf(response)).toContain('scope="notes:read"')
  })

  it('M08 wants notes:write for a change', async () => {
    const token = await world.token({ claims: { scope: 'notes:read' } })
    const response = await world.post('/notes', '{"text":"x"}', { Authorization: `Bearer ${token}` })
    expect(response.status).toBe(403)
    expect(challengeOf(response)).toContain('scope="notes:write"')
  })
})

describe('M14: a recent sign-in', () => {
  const deleteAll = async (authTime: unknown) =>
    world.askWith(await world.token({ claims: { auth_time: authTime } }), '/notes', { method: 'DELETE' })

  it.each([
    ['two minutes old', () => now() - 120],
    ['unknown', () => undefined],
    ['no number', () => `${now()}`],
  ])('M14 asks for a new sign-in where the last one is %s', async (_name, authTime) => {
    const response = await deleteAll(authTime())
    expect(response.status).toBe(401)
    expect(challengeOf(response)).toContain('error="insufficient_user_authentication"')
    expect(challengeOf(response)).toContain('max_age="60"')
  })

  it('M14 deletes everything after one', async () => {
    expect((await deleteAll(now() - 10)).status).toBe(204)
    expect(await (await world.askWith(await world.token())).json()).toEqual([])
  })
})

describe('M15: CORS', () => {
  const preflight = (origin: string) =>
    world.ask('/notes', {
      method: 'OPTIONS',
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization',
      },
    })

  it('M15 lets the app send tokens and JSON, without cookies', async () => {
    const { headers, status } = await preflight(APP)
    expect(status).toBe(204)
    expect(headers.get('Access-Control-Allow-Origin')).toBe(APP)
    expect(headers.get('Access-Control-Allow-Headers')).toBe('Authorization, Content-Type')
    expect(headers.get('Access-Control-Allow-Methods')).toBe('GET, POST, DELETE')
    expect(headers.get('Access-Control-Allow-Credentials')).toBeNull()
    expect(headers.get('Vary')).toBe('Origin')
  })

  it('M15 lets the app read challenges', async () => {
    const { headers } = await world.ask('/notes', { headers: { Origin: APP } })
    expect(headers.get('Access-Control-Allow-Origin')).toBe(APP)
    expect(headers.get('Access-Control-Expose-Headers')).toContain('WWW-Authenticate')
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
  })

  it.each([STRANGER, 'null', 'http://localhost:51700', 'http://localhost', APP.toUpperCase()])(
    'M15 gives %s nothing',
    async (origin) => {
      const headers = { Origin: origin, Authorization: `Bearer ${await world.token()}` }
      for (const response of [await preflight(origin), await world.ask('/notes', { headers })]) {
        expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
      }
    },
  )
})

describe('M17: huge and broken requests', () => {
  const expectAlive = async () => expect((await world.askWith(await world.token())).status).toBe(200)

  it('M17 survives a header of 64 KiB', async () => {
    const { status } = await world.statusWith({ Authorization: `Bearer ${'a'.repeat(65_536)}` })
    expect(status).toBe(431)
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

it('M18 says in no body what the token was or where the code stands', async () => {
  const token = await world.token({ claims: { iss: 'https://other.example' } })
  const answers = [
    await world.askWith(token),
    await world.askWith('garbage'),
    await world.post('/notes', '{', { Authorization: `Bearer ${await world.token()}` }),
    await world.ask('/nothing'),
  ]
  for (const response of answers) {
    const body = await response.text()
    expect(Object.keys(JSON.parse(body))).toEqual(['error', 'error_description'])
    for (const part of token.split('.')) expect(body + challengeOf(response)).not.toContain(part)
    expect(body).not.toMatch(/\.ts|node_modules|\n\s+at /)
  }
})

it('M20 describes itself, and itself alone', async () => {
  const response = await world.ask('/.well-known/oauth-protected-resource')
  expect(response.headers.get('Content-Type')).toBe('application/json')
  expect(await response.json()).toMatchObject({
    resource: world.api.url,
    authorization_servers: [world.issuer],
    bearer_methods_supported: ['header'],
  })
})
