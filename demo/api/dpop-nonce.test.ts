// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { APP, challengeOf, createWorld, STRANGER, type World } from './api-world.ts'
import { createDpopClient, type DpopClient, hashOf } from './dpop-client.ts'

let world: World
let client: DpopClient

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  world = await createWorld({ requireNonce: true })
  client = await createDpopClient(world)
})

afterEach(async () => {
  vi.useRealTimers()
  await world.close()
})

const now = () => Math.floor(Date.now() / 1000)
const nonceOf = (response: Response) => response.headers.get('DPoP-Nonce') ?? ''

/** With a token that outlives each of these tests. */
async function sendWith(claims: Record<string, unknown>) {
  const token = await client.boundToken({ exp: now() + 600 })
  const proof = await client.proof({ claims: { ath: hashOf(token), ...claims } })
  return client.send(proof, { headers: { Authorization: `DPoP ${token}` } })
}

async function expectChallenged(answer: Promise<Response>): Promise<string> {
  const response = await answer
  expect(response.status).toBe(401)
  expect(challengeOf(response)).toContain('DPoP error="use_dpop_nonce"')
  expect(challengeOf(response)).toContain('algs="ES256 Ed25519 EdDSA PS256 RS256"')
  // Opaque characters of RFC 9449 section 8.1, once, of 128 bits.
  expect(nonceOf(response)).toMatch(/^[\w-]{22}$/)
  expect(response.headers.get('Cache-Control')).toBe('no-store')
  return nonceOf(response)
}

it('M13 asks for a nonce, and accepts the same request with it', async () => {
  const nonce = await expectChallenged(sendWith({}))
  expect((await sendWith({ nonce })).status).toBe(200)
})

it('M13 lets the app read the nonce and the challenge, and nobody else', async () => {
  const own = await client.send(await client.proof())
  expect(own.headers.get('Access-Control-Allow-Origin')).toBe(APP)
  const exposed = own.headers.get('Access-Control-Expose-Headers')?.split(', ')
  expect(exposed).toEqual(expect.arrayContaining(['DPoP-Nonce', 'WWW-Authenticate']))
  const foreign = await client.send(await client.proof(), { headers: { Origin: STRANGER } })
  expect(foreign.headers.get('Access-Control-Expose-Headers')).toBeNull()
})

it.each([[''], ['made-up'], [null], [7], [['x']]])(
  'M13 refuses the nonce %j, and says which one to take',
  async (nonce) => {
    const good = await expectChallenged(sendWith({}))
    expect(await expectChallenged(sendWith({ nonce }))).toBe(good)
  },
)

it('M13 refuses a nonce of another API', async () => {
  const other = await createWorld({ requireNonce: true })
  const stranger = await createDpopClient(other)
  const nonce = await expectChallenged(stranger.send(await stranger.proof()))
  await expectChallenged(sendWith({ nonce }))
  await other.close()
})

it('M13 takes a nonce for many requests, and each proof once', async () => {
  const nonce = await expectChallenged(sendWith({}))
  expect((await sendWith({ nonce })).status).toBe(200)
  const proof = await client.proof({ claims: { nonce } })
  expect((await client.send(proof)).status).toBe(200)
  const again = await client.send(proof)
  expect(again.status).toBe(401)
  expect(challengeOf(again)).toContain('error="invalid_dpop_proof"')
})

it('M13 does not use up a proof for which it asks for a nonce', async () => {
  const jti = crypto.randomUUID()
  const nonce = await expectChallenged(sendWith({ jti }))
  expect((await sendWith({ jti, nonce })).status).toBe(200)
})

describe('rotation', () => {
  it('M13 hands out a new nonce each half minute with the answers, and takes the old one a while longer', async () => {
    const first = await expectChallenged(sendWith({}))
    vi.setSystemTime(Date.now() + 20_000)
    expect(nonceOf(await sendWith({ nonce: first }))).toBe(first)
    vi.setSystemTime(Date.now() + 20_000)
    const response = await sendWith({ nonce: first })
    expect(response.status).toBe(200)
    const second = nonceOf(response)
    expect(second).toMatch(/^[\w-]{22}$/)
    expect(second).not.toBe(first)
    vi.setSystemTime(Date.now() + 21_000)
    expect(await expectChallenged(sendWith({ nonce: first }))).toBe(second)
    expect((await sendWith({ nonce: second })).status).toBe(200)
  })

  it('M13 refuses a nonce after an hour in which nobody came', async () => {
    const nonce = await expectChallenged(sendWith({}))
    vi.setSystemTime(Date.now() + 3_600_000)
    expect(await expectChallenged(sendWith({ nonce }))).not.toBe(nonce)
  })

  it('M13 refuses a used proof for as long as its nonce is good', async () => {
    const nonce = await expectChallenged(sendWith({}))
    const token = await client.boundToken({ exp: now() + 7200 })
    const proof = await client.proof({ claims: { ath: hashOf(token), nonce, iat: now() + 3600 } })
    const send = () => client.send(proof, { headers: { Authorization: `DPoP ${token}` } })
    expect((await send()).status).toBe(200)
    vi.setSystemTime(Date.now() + 59_000)
    expect(challengeOf(await send())).toContain('error="invalid_dpop_proof"')
    vi.setSystemTime(Date.now() + 2_000)
    await expectChallenged(send())
    vi.setSystemTime(Date.now() + 3_540_000)
    await expectChallenged(send())
  })
})

it('M13 goes by the age of the nonce where the clock of the page is an hour off', async () => {
  const nonce = await expectChallenged(sendWith({}))
  expect((await sendWith({ nonce, iat: now() - 3600 })).status).toBe(200)
  expect((await sendWith({ nonce, iat: now() + 3600 })).status).toBe(200)
})

it('M13 asks for no nonce where the proof is wrong in itself, the token is, or a bearer token came', async () => {
  const wrong = await sendWith({ htm: 'POST' })
  expect(challengeOf(wrong)).toContain('error="invalid_dpop_proof"')
  const headers = { Authorization: 'DPoP garbage' }
  const garbage = await client.send(await client.proof(), { headers })
  expect(challengeOf(garbage)).toContain('error="invalid_token"')
  const bearer = await world.askWith(await world.token())
  expect(bearer.status).toBe(200)
  expect(bearer.headers.get('DPoP-Nonce')).toBeNull()
})

describe('the switch', () => {
  const require = (requireNonce: unknown) => world.post('/demo/trouble', JSON.stringify({ requireNonce }))

  it('M13 asks for nonces from when it is told to until it is told not to', async () => {
    expect((await require(false)).status).toBe(200)
    const without = await sendWith({})
    expect(without.status).toBe(200)
    expect(without.headers.get('DPoP-Nonce')).toBeNull()
    await require(true)
    const nonce = await expectChallenged(sendWith({}))
    await require(false)
    expect((await sendWith({})).status).toBe(200)
    expect((await sendWith({ nonce })).status).toBe(200)
    await expectChallenged(sendWith({ nonce: 'made-up' }))
  })

  it.each(['true', 1, null])('M13 knows no %j', async (value) => {
    expect((await require(value)).status).toBe(400)
    await expectChallenged(sendWith({}))
  })
})
