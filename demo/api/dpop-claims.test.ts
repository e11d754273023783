// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { challengeOf, createWorld, type World } from './api-world.ts'
import { createDpopClient, type DpopClient, hashOf } from './dpop-client.ts'

let world: World
let client: DpopClient

beforeEach(async () => {
  world = await createWorld()
  client = await createDpopClient(world)
})

afterEach(async () => {
  vi.useRealTimers()
  await world.close()
})

const now = () => Math.floor(Date.now() / 1000)
const sendWith = async (claims: Record<string, unknown>) => client.send(await client.proof({ claims }))

async function expectRefused(answer: Promise<Response>, why: string) {
  const response = await answer
  expect(response.status).toBe(401)
  expect(challengeOf(response)).toContain(`DPoP error="invalid_dpop_proof", error_description="${why}"`)
}

async function expectAccepted(answer: Promise<Response>) {
  expect((await answer).status).toBe(200)
}

describe('htm', () => {
  it.each([['POST'], ['get'], ['Get'], [' GET'], [''], [undefined], [null], [['GET']]])(
    'M12 refuses htm %j',
    async (htm) => {
      await expectRefused(sendWith({ htm }), 'The proof is for another method.')
    },
  )
})

describe('htu', () => {
  const at = (text: string) =>
    text.replace('{api}', new URL(world.api.url).host).replace('{port}', new URL(world.api.url).port)

  it.each([
    undefined,
    null,
    7,
    '',
    'notes',
    '/notes',
    '//{api}/notes',
    'https://{api}/notes',
    'ws://{api}/notes',
    'http://localhost/notes',
    'http://127.0.0.1:{port}/notes',
    'http://{api}.evil.example/notes',
    'http://evil.example/notes',
    'http://{api}@evil.example/notes',
    'http://ada@{api}/notes',
    'http://ada:secret@{api}/notes',
    'http://{api}/',
    'http://{api}/notes/',
    'http://{api}//notes',
    'http://{api}/Notes',
    'http://{api}/notes/1',
    'http://{api}/me',
    'http://{api}/notes%2F',
    'http://{api}/%256eotes',
    'http://{api}/notes/..%2Fnotes',
  ])('M12 refuses htu %j', async (htu) => {
    await expectRefused(sendWith({ htu: typeof htu === 'string' ? at(htu) : htu }), 'The proof is for another URL.')
  })

  it('M12 refuses a list of URLs, the right one among them', async () => {
    await expectRefused(sendWith({ htu: [at('http://{api}/notes')] }), 'The proof is for another URL.')
  })

  it.each([
    'HTTP://{api}/notes',
    'http://{API}/notes',
    'http://{api}/./x/../notes',
    'http://{api}/%6e%6Ftes',
    'http://{api}/notes?page=2',
    'http://{api}/notes#end',
  ])('M12 takes %s for the same URL (RFC 3986 section 6.2)', async (htu) => {
    const host = new URL(world.api.url).host
    await expectAccepted(sendWith({ htu: htu.replace('{api}', host).replace('{API}', host.toUpperCase()) }))
  })

  it('M12 does not look at the query of the request', async () => {
    await expectAccepted(client.send(await client.proof(), { path: '/notes?page=2' }))
  })

  it('M12 compares with its own name, whatever the Host header says', async () => {
    const lines = { Host: 'evil.example', Authorization: `DPoP ${client.token}` }
    const proof = await client.proof({ claims: { htu: 'http://evil.example/notes' } })
    const refused = await world.askWithLines({ ...lines, DPoP: proof })
    expect(refused.status).toBe(401)
    expect(refused.challenge).toContain('The proof is for another URL.')
    expect((await world.askWithLines({ ...lines, DPoP: await client.proof() })).status).toBe(200)
  })
})

describe('ath', () => {
  it('M12 refuses the hash of another token of the same key', async () => {
    const other = await client.boundToken()
    await expectRefused(sendWith({ ath: hashOf(other) }), 'The proof is for another access token.')
  })

  it('M12 refuses no hash, an empty one, the token itself, and half a hash', async () => {
    const half = Buffer.from(hashOf(client.token), 'base64url').subarray(0, 16).toString('base64url')
    for (const ath of [undefined, '', null, client.token.slice(0, 43), half, `${hashOf(client.token)}=`]) {
      await expectRefused(sendWith({ ath }), 'The proof is for another access token.')
    }
  })
})

describe('iat', () => {
  it.each([[null], [''], ['now'], [[]], [true], [{}]])('M12 refuses iat %j', async (iat) => {
    await expectRefused(sendWith({ iat }), 'The proof is no valid dpop+jwt.')
  })

  it('M12 refuses a proof without iat', async () => {
    await expectRefused(sendWith({ iat: undefined }), 'The proof has no iat.')
  })

  it('M12 refuses a proof of more than a minute ago, and one of the future', async () => {
    for (const age of [67, 120, 86_400, now()]) {
      await expectRefused(sendWith({ iat: now() - age }), 'The proof is too old.')
    }
    for (const ahead of [10, 3600, 1e300]) {
      await expectRefused(sendWith({ iat: now() + ahead }), 'The proof is from the future.')
    }
    await expectRefused(sendWith({ iat: Date.now() }), 'The proof is from the future.')
  })

  it('M12 forgives clocks that differ by three seconds', async () => {
    await expectAccepted(sendWith({ iat: now() + 3 }))
    await expectAccepted(sendWith({ iat: now() - 62 }))
    await expectAccepted(sendWith({ iat: now() - 0.5 }))
  })

  it('M12 refuses a proof that says itself that it is over', async () => {
    await expectRefused(sendWith({ exp: now() - 10 }), 'The proof is no valid dpop+jwt.')
  })
})

describe('jti', () => {
  it.each([undefined, null, '', 7, {}])('M12 refuses jti %j', async (jti) => {
    await expectRefused(sendWith({ jti }), 'The proof has no jti.')
  })

  it('M12 refuses the same proof a second time', async () => {
    const proof = await client.proof()
    await expectAccepted(client.send(proof))
    await expectRefused(client.send(proof), 'The proof was used before.')
    await expectRefused(client.send(proof), 'The proof was used before.')
  })

  it('M12 lets one of ten pass that come at the same moment', async () => {
    const proof = await client.proof()
    const statuses = await Promise.all(Array.from({ length: 10 }, async () => (await client.send(proof)).status))
    expect(statuses.sort()).toEqual([200, ...Array(9).fill(401)])
  })

  it('M12 refuses a new proof with a jti that was here', async () => {
    const jti = crypto.randomUUID()
    await expectAccepted(sendWith({ jti }))
    await expectRefused(sendWith({ jti, iat: now() + 1 }), 'The proof was used before.')
  })

  it('M12 does not hold a jti against another key', async () => {
    const other = await createDpopClient(world)
    const jti = '1'
    await expectAccepted(sendWith({ jti }))
    await expectAccepted(other.send(await other.proof({ claims: { jti } })))
  })

  it('M12 refuses a proof that was used for as long as its time would be right', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    const token = await client.boundToken({ exp: now() + 600 })
    const headers = { Authorization: `DPoP ${token}` }
    const jti = crypto.randomUUID()
    const proof = await client.proof({ claims: { jti, iat: now() + 4, ath: hashOf(token) } })
    await expectAccepted(client.send(proof, { headers }))
    vi.setSystemTime(Date.now() + 68_000)
    await expectRefused(client.send(proof, { headers }), 'The proof was used before.')
    vi.setSystemTime(Date.now() + 10_000)
    await expectRefused(client.send(proof, { headers }), 'The proof is too old.')
    const reminder = await client.proof({ claims: { jti, ath: hashOf(token) } })
    await expectAccepted(client.send(reminder, { headers }))
  })

  it('M12 does not count a proof as used that was refused', async () => {
    const jti = crypto.randomUUID()
    await expectRefused(sendWith({ jti, htm: 'POST' }), 'The proof is for another method.')
    await expectAccepted(sendWith({ jti }))
  })

  it('M12 has a key wait that has sent a thousand, and no other', async () => {
    for (let sent = 0; sent < 1000; sent += 50) {
      const flood = Array.from({ length: 50 }, async () => (await client.send(await client.proof())).status)
      expect(new Set(await Promise.all(flood))).toEqual(new Set([200]))
    }
    const response = await client.send(await client.proof())
    expect(response.status).toBe(429)
    expect(response.headers.get('Retry-After')).toBe('70')
    const other = await createDpopClient(world)
    await expectAccepted(other.send(await other.proof()))
  })
})
