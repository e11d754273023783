// @vitest-environment node
import type { JWTPayload } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { APP, challengeOf, createWorld, PASSWORD, STRANGER, type World } from './api-world.ts'
import { createDpopClient, hashOf } from './dpop-client.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
})

afterEach(() => world.close())

const now = () => Math.floor(Date.now() / 1000)
const DELETE = { method: 'DELETE' }

describe('M01: no credentials', () => {
  /** What can be sent, and nothing about what was wrong. */
  const invitation = () => {
    const metadata = `resource_metadata="${world.api.url}.well-known/oauth-protected-resource"`
    return `Bearer ${metadata}, DPoP algs="ES256 Ed25519 EdDSA PS256 RS256", ${metadata}`
  }

  it.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['Basic', 'Basic YWRhOmxhdGNoa2V5'],
    ['another scheme', 'Token eyJh.eyJz.c2ln'],
    ['Bearer alone', 'Bearer'],
    ['Bearer and spaces', 'Bearer   '],
    ['DPoP alone', 'DPoP'],
    ['a longer word', 'Bearerx eyJh.eyJz.c2ln'],
    ['a word of every object', '__proto__ eyJh.eyJz.c2ln'],
  ])('M01 challenges %s without an error code', async (_name, authorization) => {
    const headers = authorization === undefined ? {} : { Authorization: authorization }
    const response = await world.ask('/notes', { headers })
    expect(response.status).toBe(401)
    expect(challengeOf(response)).toBe(invitation())
  })

  it('M01 challenges a token without its scheme', async () => {
    const response = await world.ask('/notes', { headers: { Authorization: await world.token() } })
    expect(response.status).toBe(401)
    expect(challengeOf(response)).toBe(invitation())
  })

  it('M01 does not look at a token in the query', async () => {
    const response = await world.ask(`/notes?access_token=${await world.token()}`)
    expect(response.status).toBe(401)
    expect(challengeOf(response)).toBe(invitation())
  })

  it('M01 does not look at a token in the body', async () => {
    const body = new URLSearchParams({ access_token: await world.token(), text: 'x' })
    const response = await world.ask('/notes', { method: 'POST', body })
    expect(response.status).toBe(401)
    expect(challengeOf(response)).toBe(invitation())
  })

  it('M01 refuses two Authorization headers, even of good tokens', async () => {
    const bearer = `Bearer ${await world.token()}`
    for (const lines of [
      [bearer, bearer],
      [bearer, `DPoP ${await world.token()}`],
      ['Basic YWRhOmxhdGNoa2V5', bearer],
      [bearer, ''],
    ]) {
      const { status, challenge } = await world.askWithLines({ Authorization: lines })
      expect(status).toBe(401)
      // Nobody can say which of the two was meant, so both are told (RFC 9449 section 7.2).
      expect(challenge).toMatch(/^Bearer error="invalid_request".*, DPoP error="invalid_request"/)
    }
  })

  it('M01 refuses two tokens in one header', async () => {
    const bearer = `Bearer ${await world.token()}`
    const response = await world.ask('/notes', { headers: { Authorization: `${bearer}, ${bearer}` } })
    expect(response.status).toBe(401)
    expect(challengeOf(response)).toContain('error="invalid_token"')
  })

  it('M01 reads the scheme in any case', async () => {
    const token = await world.token()
    expect((await world.ask('/notes', { headers: { Authorization: `bEaReR ${token}` } })).status).toBe(200)
    const client = await createDpopClient(world)
    const headers = { Authorization: `dpop ${client.token}` }
    expect((await client.send(await client.proof(), { headers })).status).toBe(200)
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
    ['with commas', 'notes:read,notes:write'],
    ['with a tab', 'notes:read\tnotes:write'],
    ['a wildcard', 'notes:*'],
    ['no text', { 'notes:read': true }],
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

describe('M14: a recent and strong sign-in', () => {
  const deleteAll = async (claims: JWTPayload) => world.askWith(await world.token({ claims }), '/notes', DELETE)

  it.each([
    ['two minutes old', () => now() - 120],
    ['sixty-two seconds old', () => now() - 62],
    ['unknown', () => undefined],
    ['no number', () => `${now()}`],
    ['null', () => null],
  ])('M14 asks for a new sign-in where the last one is %s', async (_name, authTime) => {
    const response = await deleteAll({ auth_time: authTime() })
    expect(response.status).toBe(401)
    expect(challengeOf(response)).toContain('Bearer error="insufficient_user_authentication"')
    expect(challengeOf(response)).toContain('max_age="60"')
  })

  it.each([
    ['another one', 'urn:demo-id:guess'],
    ['a longer word', `${PASSWORD}s`],
    ['another case', PASSWORD.toUpperCase()],
    ['unknown', undefined],
    ['no text', [PASSWORD]],
  ])('M14 asks for a stronger sign-in where the acr is %s', async (_name, acr) => {
    const response = await deleteAll({ acr })
    expect(response.status).toBe(401)
    expect(challengeOf(response)).toContain('Bearer error="insufficient_user_authentication"')
    expect(challengeOf(response)).toContain(`acr_values="${PASSWORD}"`)
    expect(challengeOf(response)).toContain('max_age="60"')
  })

  it('M14 names all that a sign-in must bring, whichever is missing', async () => {
    const response = await deleteAll({ auth_time: now() - 120 })
    expect(challengeOf(response)).toContain(`acr_values="${PASSWORD}"`)
  })

  it('M14 says so in the scheme that was used', async () => {
    const client = await createDpopClient(world)
    const token = await client.boundToken({ auth_time: now() - 120 })
    const proof = await client.proof({ claims: { htm: 'DELETE', ath: hashOf(token) } })
    const response = await client.send(proof, { ...DELETE, headers: { Authorization: `DPoP ${token}` } })
    expect(response.status).toBe(401)
    expect(challengeOf(response)).toMatch(/^DPoP error="insufficient_user_authentication"/)
  })

  it('M14 says that the scope is too small before it asks anybody to sign in again', async () => {
    const response = await deleteAll({ auth_time: now() - 120, scope: 'notes:read' })
    expect(response.status).toBe(403)
    expect(challengeOf(response)).toContain('error="insufficient_scope"')
  })

  it('M14 deletes nothing until then, and everything after it', async () => {
    const notes = async () => (await world.askWith(await world.token())).json()
    const before = await notes()
    await deleteAll({ auth_time: now() - 120 })
    await deleteAll({ acr: undefined })
    expect(await notes()).toEqual(before)
    expect((await deleteAll({ auth_time: now() - 10 })).status).toBe(204)
    expect(await notes()).toEqual([])
  })
})

describe('M15: CORS', () => {
  const preflight = (origin: string) =>
    world.ask('/notes', {
      method: 'OPTIONS',
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization,dpop',
      },
    })

  it('M15 lets the app send tokens and JSON, without cookies', async () => {
    const { headers, status } = await preflight(APP)
    expect(status).toBe(204)
    expect(headers.get('Access-Control-Allow-Origin')).toBe(APP)
    expect(headers.get('Access-Control-Allow-Headers')).toBe('Authorization, Content-Type, DPoP')
    expect(headers.get('Access-Control-Allow-Methods')).toBe('GET, POST, DELETE')
    expect(headers.get('Access-Control-Allow-Credentials')).toBeNull()
    expect(headers.get('Vary')).toBe('Origin')
  })

  it('M15 lets the app read challenges', async () => {
    const { headers } = await world.ask('/notes', { headers: { Origin: APP } })
    expect(headers.get('Access-Control-Allow-Origin')).toBe(APP)
    expect(headers.get('Access-Control-Expose-Headers')).toBe('WWW-Authenticate, DPoP-Nonce, Retry-After')
    expect(headers.get('Access-Control-Allow-Credentials')).toBeNull()
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
  })

  it('M15 lets the app read every kind of answer', async () => {
    const headers = { Origin: APP, Authorization: `Bearer ${await world.token()}` }
    const expectReadable = async (path: string, status: number) => {
      const response = await world.ask(path, { headers })
      expect(response.status).toBe(status)
      expect(response.headers.get('Access-Control-Allow-Origin')).toBe(APP)
    }
    await expectReadable('/notes', 200)
    await expectReadable('/nothing', 404)
    await expectReadable('/.well-known/oauth-protected-resource', 200)
    await world.post('/demo/trouble', '{"refuse":"always"}')
    await expectReadable('/notes', 401)
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
