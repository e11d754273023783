// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { challengeOf, createKey, createWorld, type World } from './api-world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
})

afterEach(async () => {
  vi.useRealTimers()
  await world.close()
})

const now = () => Math.floor(Date.now() / 1000)
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

async function expectRefused(token: string) {
  const response = await world.askWith(token)
  expect(response.status).toBe(401)
  expect(challengeOf(response)).toContain('error="invalid_token"')
}

async function expectAccepted(token: string) {
  expect((await world.askWith(token)).status).toBe(200)
}

it('accepts a token as RFC 9068 describes it', async () => {
  await expectAccepted(await world.token())
})

describe('M02: the signature', () => {
  it('M02 refuses a payload that was changed', async () => {
    const [header, payload, signature] = (await world.token()).split('.')
    const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString())
    await expectRefused(`${header}.${encoded({ ...claims, sub: 'grace' })}.${signature}`)
  })

  it('M02 refuses a token of another key under the right kid', async () => {
    await expectRefused(await world.token({ key: (await createKey('first')).privateKey }))
  })

  it('M02 refuses a token without its signature', async () => {
    const [header, payload] = (await world.token()).split('.')
    await expectRefused(`${header}.${payload}.`)
    await expectRefused(`${header}.${payload}`)
  })
})

describe('M03: the algorithm', () => {
  it.each(['none', 'None', 'nOnE'])('M03 refuses alg %s', async (alg) => {
    const [, payload] = (await world.token()).split('.')
    await expectRefused(`${encoded({ alg, typ: 'at+jwt' })}.${payload}.`)
  })

  it('M03 refuses HS256 with the public key as its secret', async () => {
    const secret = new TextEncoder().encode(JSON.stringify(world.publicKey()))
    await expectRefused(await world.token({ header: { alg: 'HS256' }, key: secret }))
  })
})

describe('M04: the type', () => {
  it.each(['JWT', 'dpop+jwt', 'logout+jwt', 'at+jwt2'])('M04 refuses typ %s', async (typ) => {
    await expectRefused(await world.token({ header: { typ } }))
  })

  it('M04 refuses a token without typ, as ID tokens come', async () => {
    await expectRefused(await world.token({ header: { typ: undefined } as never }))
  })

  it.each(['at+jwt', 'application/at+jwt', 'AT+JWT', 'Application/AT+jwt'])('M04 accepts typ %s', async (typ) => {
    await expectAccepted(await world.token({ header: { typ } }))
  })
})

describe('M05: the issuer', () => {
  it('M05 refuses another issuer, one that differs by a slash, and none', async () => {
    for (const iss of ['https://other.example', `${world.issuer}/`, undefined] as const) {
      await expectRefused(await world.token({ claims: { iss } as never }))
    }
  })
})

describe('M06: the audience', () => {
  it('M06 refuses another API, the client, a prefix of ours, and none', async () => {
    const own = world.api.url
    for (const aud of ['https://other.example/', 'notes-spa', own.slice(0, -1), [], ['a', 'b'], undefined]) {
      await expectRefused(await world.token({ claims: { aud } as never }))
    }
  })

  it('M06 accepts its own identifier among others', async () => {
    await expectAccepted(await world.token({ claims: { aud: ['https://other.example/', world.api.url] } }))
  })
})

describe('M07: the times', () => {
  it.each([
    ['exp in the past', () => ({ exp: now() - 30 })],
    ['no exp', () => ({ exp: undefined })],
    ['exp as text', () => ({ exp: `${now() + 60}` })],
    ['nbf ahead', () => ({ nbf: now() + 30 })],
    ['iat ahead', () => ({ iat: now() + 30 })],
    ['no iat', () => ({ iat: undefined })],
  ])('M07 refuses %s', async (_name, claims) => {
    await expectRefused(await world.token({ claims: claims() as never }))
  })

  it('M07 forgives clocks that differ by two seconds', async () => {
    await expectAccepted(await world.token({ claims: { iat: now() + 2, nbf: now() + 2 } }))
    await expectAccepted(await world.token({ claims: { exp: now() - 2 } }))
  })
})

describe('M09: the required claims', () => {
  it.each(['client_id', 'sub', 'jti'])('M09 refuses a token without %s', async (claim) => {
    await expectRefused(await world.token({ claims: { [claim]: undefined } }))
  })

  it.each(['client_id', 'sub', 'jti'])('M09 refuses a token whose %s is empty or no text', async (claim) => {
    await expectRefused(await world.token({ claims: { [claim]: '' } }))
    await expectRefused(await world.token({ claims: { [claim]: 7 } }))
  })
})

describe('M10: keys that the token brings along', () => {
  it('M10 asks nobody but the provider for keys, whatever jku and x5u say', async () => {
    const trap = await createWorld()
    const url = `${trap.issuer}/jwks`
    const { privateKey, jwk } = await createKey('first')
    await expectRefused(await world.token({ header: { jku: url, x5u: url }, key: privateKey }))
    await expectRefused(await world.token({ header: { jwk }, key: privateKey }))
    expect(trap.asked).toEqual([])
    expect(new Set(world.asked)).toEqual(new Set(['/jwks']))
    await trap.close()
  })

  it('M10 refuses extensions that it does not understand', async () => {
    const [, payload, signature] = (await world.token()).split('.')
    await expectRefused(`${encoded({ alg: 'ES256', typ: 'at+jwt', crit: ['exp'], exp: 1 })}.${payload}.${signature}`)
  })
})

it('M11 refuses a token that is bound to a key when it comes as a bearer token', async () => {
  await expectRefused(await world.token({ claims: { cnf: { jkt: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs' } } }))
})

describe('M16: the keys of the provider', () => {
  it('M16 finds a new key after a rotation', async () => {
    await expectAccepted(await world.token())
    await world.rotateKeys()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 })
    await expectAccepted(await world.token())
    expect(world.asked).toEqual(['/jwks', '/jwks'])
  })

  it('M16 reads the keys once however many unknown ones are named', async () => {
    await expectAccepted(await world.token())
    const flood = Array.from({ length: 50 }, async (_, index) => world.token({ header: { kid: `unknown-${index}` } }))
    await Promise.all(flood.map(async (token) => expectRefused(await token)))
    expect(world.asked).toEqual(['/jwks'])
  })

  it('blames no token while the keys cannot be read', async () => {
    world.shutDownProvider()
    const response = await world.askWith(await world.token())
    expect(response.status).toBe(503)
    expect(response.headers.get('Retry-After')).toBe('5')
    expect(challengeOf(response)).toBe('')
  })
})

it('M19 accepts a token until it expires and asks nobody whether it was revoked', async () => {
  const token = await world.token()
  await expectAccepted(token)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 59_000 })
  await expectAccepted(token)
  vi.setSystemTime(Date.now() + 8_000)
  await expectRefused(token)
  expect(world.asked).toEqual(['/jwks'])
})
