// @vitest-environment node
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { challengeOf, createWorld, type World } from './api-world.ts'

let world: World

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  world = await createWorld()
})

afterEach(async () => {
  vi.useRealTimers()
  await world.close()
})

const statusOf = async (token: string) => (await world.askWith(token)).status
const wait = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds)

/** Fifty at once, then five one by one. */
async function flood() {
  const send = async (index: number) => statusOf(await world.token({ header: { kid: `unknown-${index}` } }))
  const statuses = await Promise.all(Array.from({ length: 50 }, (_, index) => send(index)))
  for (let index = 50; index < 55; index++) statuses.push(await send(index))
  return new Set(statuses)
}

it('M16 reads the keys once for many tokens', async () => {
  const tokens = await Promise.all(Array.from({ length: 20 }, () => world.token()))
  expect(new Set(await Promise.all(tokens.map(statusOf)))).toEqual(new Set([200]))
  expect(world.asked).toEqual(['/jwks'])
})

it('M16 finds a new key after a rotation, and takes the old one while it is published', async () => {
  const old = await world.token({ claims: { exp: Math.floor(Date.now() / 1000) + 600 } })
  expect(await statusOf(old)).toBe(200)
  await world.rotateKeys()
  wait(31_000)
  expect(await statusOf(await world.token())).toBe(200)
  expect(await statusOf(old)).toBe(200)
  expect(world.asked).toEqual(['/jwks', '/jwks'])
})

it('M16 refuses a key that was withdrawn, once it has read that', async () => {
  const old = await world.token({ claims: { exp: Math.floor(Date.now() / 1000) + 600 } })
  expect(await statusOf(old)).toBe(200)
  await world.rotateKeys({ withdrawOld: true })
  wait(31_000)
  expect(await statusOf(await world.token())).toBe(200)
  const response = await world.askWith(old)
  expect(response.status).toBe(401)
  expect(challengeOf(response)).toContain('error="invalid_token"')
})

it('M16 reads the keys once in half a minute however many unknown ones are named', async () => {
  expect(await flood()).toEqual(new Set([401]))
  expect(world.asked).toEqual(['/jwks'])
  wait(31_000)
  expect(await flood()).toEqual(new Set([401]))
  expect(world.asked).toEqual(['/jwks', '/jwks'])
  expect(await statusOf(await world.token())).toBe(200)
})

it.each([
  ['an error', 503, ''],
  ['a page', 200, '<!doctype html>'],
  ['no keys', 200, '{"keys":7}'],
  ['nothing', 200, ''],
])(
  'M16 blames no token while the provider answers %s for its keys, and does not storm it',
  async (_name, ...answer) => {
    world.providerAnswers(...answer)
    const response = await world.askWith(await world.token())
    expect(response.status).toBe(503)
    expect(response.headers.get('Retry-After')).toBe('5')
    expect(challengeOf(response)).toBe('')
    expect(await flood()).toEqual(new Set([503]))
    expect(world.asked).toEqual(['/jwks'])
    wait(5_001)
    world.providerRecovers()
    expect(await statusOf(await world.token())).toBe(200)
    expect(world.asked).toEqual(['/jwks', '/jwks'])
  },
)

it('M16 goes on with the keys it has while the provider is down', async () => {
  expect(await statusOf(await world.token())).toBe(200)
  world.providerAnswers(503)
  wait(31_000)
  expect(await flood()).toEqual(new Set([503]))
  expect(await statusOf(await world.token())).toBe(200)
  expect(world.asked).toEqual(['/jwks', '/jwks'])
})

it('M19 accepts a token that was revoked until it expires, and asks nobody about it', async () => {
  const token = await world.token()
  expect(await statusOf(token)).toBe(200)
  await world.revoke(token)
  wait(59_000)
  expect(await statusOf(token)).toBe(200)
  wait(8_000)
  expect(await statusOf(token)).toBe(401)
  expect(world.asked).toEqual(['/jwks', '/revoke'])
})
