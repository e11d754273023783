// @vitest-environment node
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { challengeOf, createKey, createWorld, type World } from './api-world.ts'
import { createDpopClient, type DpopClient, hashOf, privateJwkOf } from './dpop-client.ts'
import { encoded } from './signed.ts'

let world: World
let client: DpopClient

beforeEach(async () => {
  world = await createWorld()
  client = await createDpopClient(world)
})

afterEach(() => world.close())

async function expectRefused(answer: Promise<Response>) {
  const response = await answer
  expect(response.status).toBe(401)
  expect(challengeOf(response)).toMatch(/^DPoP error="invalid_dpop_proof", error_description="[^"]+", /)
  expect(challengeOf(response)).toContain('algs="ES256 Ed25519 EdDSA PS256 RS256"')
  expect(challengeOf(response)).not.toContain('Bearer')
}

async function expectAccepted(answer: Promise<Response>) {
  expect((await answer).status).toBe(200)
}

const sendWith = async (...proof: Parameters<DpopClient['proof']>) => client.send(await client.proof(...proof))

it('M12 accepts a proof as RFC 9449 describes it', async () => {
  await expectAccepted(sendWith())
})

it('M12 accepts a proof for a change', async () => {
  const proof = await client.proof({ claims: { htm: 'POST' } })
  const headers = { 'Content-Type': 'application/json' }
  const response = await client.send(proof, { method: 'POST', headers, body: '{"text":"Bound"}' })
  expect(response.status).toBe(201)
})

describe('the header field', () => {
  const authorization = () => ({ Authorization: `DPoP ${client.token}` })

  it('M12 refuses a request without a proof', async () => {
    await expectRefused(world.ask('/notes', { headers: authorization() }))
    await expectRefused(client.send(''))
  })

  it('M12 refuses two proofs, even good ones, in two lines and in one', async () => {
    const proofs = [await client.proof(), await client.proof()]
    const { status, challenge } = await world.askWithLines({ ...authorization(), DPoP: proofs })
    expect(status).toBe(401)
    expect(challenge).toContain('DPoP error="invalid_dpop_proof"')
    await expectRefused(client.send(proofs.join(', ')))
    await expectRefused(client.send(proofs.join(' ')))
  })

  it.each(['a', '.', '..', '....', 'a.b.c', 'null', '{}', '"', `${'a'.repeat(5000)}.b.c`])(
    'M12 refuses the proof %.20s',
    async (garbage) => {
      await expectRefused(client.send(garbage))
      await expectAccepted(sendWith())
    },
  )
})

describe('the JOSE header', () => {
  it.each([undefined, 'JWT', 'at+jwt', 'dpop', 'dpop+jwt2', 7])('M12 refuses typ %s', async (typ) => {
    await expectRefused(sendWith({ header: { typ } }))
  })

  it.each(['none', 'None', '', undefined, 'ES384', 'RS256', 'ES256K', 'toString', '__proto__'])(
    'M12 refuses alg %s',
    async (alg) => {
      await expectRefused(sendWith({ header: { alg } }))
    },
  )

  it('M12 refuses alg none without a signature', async () => {
    const [, payload] = (await client.proof()).split('.')
    const header = { typ: 'dpop+jwt', alg: 'none', jwk: client.publicKey }
    await expectRefused(client.send(`${encoded(header)}.${payload}.`))
  })

  it.each(['HS256', 'HS512'])('M12 refuses %s with the public key as its secret', async (alg) => {
    const secret = new TextEncoder().encode(JSON.stringify(client.publicKey))
    await expectRefused(sendWith({ header: { alg }, key: secret }))
  })

  it('M12 refuses a secret as its key, though the token be bound to it', async () => {
    const secret = crypto.getRandomValues(new Uint8Array(32))
    const jwk = { kty: 'oct', k: Buffer.from(secret).toString('base64url') }
    const token = await client.boundToken({ cnf: { jkt: await calculateJwkThumbprint(jwk) } })
    const header = { alg: 'HS256', jwk }
    const proof = await client.proof({ header, key: secret, claims: { ath: hashOf(token) } })
    await expectRefused(client.send(proof, { headers: { Authorization: `DPoP ${token}` } }))
  })

  it.each(['ES256', 'EdDSA', 'Ed25519', 'PS256', 'RS256'])('M12 accepts %s', async (alg) => {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
    const jwk = await exportJWK(publicKey)
    const token = await client.boundToken({ cnf: { jkt: await calculateJwkThumbprint(jwk) } })
    const [, payload] = (await client.proof({ claims: { ath: hashOf(token) } })).split('.')
    const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString())
    const proof = await new SignJWT(claims).setProtectedHeader({ typ: 'dpop+jwt', alg, jwk }).sign(privateKey)
    await expectAccepted(client.send(proof, { headers: { Authorization: `DPoP ${token}` } }))
  })

  it('M12 refuses an RSA key of 1024 bits', async () => {
    const publicExponent = new Uint8Array([1, 0, 1])
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 1024, publicExponent }
    const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
    const { kty, n, e } = await crypto.subtle.exportKey('jwk', publicKey)
    const jwk = { kty: kty!, n: n!, e: e! }
    const token = await client.boundToken({ cnf: { jkt: await calculateJwkThumbprint(jwk) } })
    const [, payload] = (await client.proof({ claims: { ath: hashOf(token) } })).split('.')
    const input = `${encoded({ typ: 'dpop+jwt', alg: 'RS256', jwk })}.${payload}`
    const signature = Buffer.from(await crypto.subtle.sign(algorithm.name, privateKey, Buffer.from(input)))
    const headers = { Authorization: `DPoP ${token}` }
    await expectRefused(client.send(`${input}.${signature.toString('base64url')}`, { headers }))
  })

  it.each([
    ['missing', undefined],
    ['null', null],
    ['text', 'key'],
    ['a list', []],
    ['empty', {}],
    ['of another kind', { kty: 'RSA', n: 'AQAB', e: 'AQAB' }],
    ['not on the curve', { kty: 'EC', crv: 'P-256', x: 'AQAB', y: 'AQAB' }],
  ])('M12 refuses a jwk that is %s', async (_name, jwk) => {
    await expectRefused(sendWith({ header: { jwk } }))
  })

  it.each([['enc', { use: 'enc' }] as const, ['for signing', { key_ops: ['sign'] }] as const])(
    'M12 refuses a jwk that is %s',
    async (_name, more) => {
      await expectRefused(sendWith({ header: { jwk: { ...client.publicKey, ...more } } }))
    },
  )

  it('M12 refuses a jwk that holds its private key', async () => {
    const jwk = await privateJwkOf(client)
    expect(jwk.d).toBeTypeOf('string')
    await expectRefused(sendWith({ header: { jwk } }))
  })

  it.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'])(
    'M12 refuses a jwk with the private member %s',
    async (member) => {
      for (const value of ['AQAB', '', null]) {
        await expectRefused(sendWith({ header: { jwk: { ...client.publicKey, [member]: value } } }))
      }
    },
  )

  it('M12 takes no key from elsewhere, whatever jku and x5u say', async () => {
    const other = await createKey('other')
    const trap = `${world.issuer}/trap`
    await expectRefused(sendWith({ header: { jwk: undefined, jku: trap, x5u: trap }, key: other.privateKey }))
    await expectAccepted(sendWith({ header: { jku: trap, x5u: trap } }))
    expect(world.asked).toEqual(['/jwks'])
  })

  it.each([[['exp']], [['b64']], [[]], ['exp']])('M12 refuses crit %j', async (crit) => {
    await expectRefused(sendWith({ header: { crit, exp: 1, b64: false } }))
  })
})

describe('the signature', () => {
  it('M12 refuses a proof that another key has signed than the one it shows', async () => {
    await expectRefused(sendWith({ key: (await createKey('other')).privateKey }))
  })

  it('M12 refuses a good proof of another key than the one that the token is bound to', async () => {
    const { privateKey, jwk } = await createKey('other')
    await expectRefused(sendWith({ header: { jwk }, key: privateKey }))
  })

  it('M12 refuses a proof that was changed, and one that has lost its signature', async () => {
    const [header, , signature] = (await client.proof({ claims: { htm: 'POST' } })).split('.')
    const [, payload] = (await client.proof()).split('.')
    await expectRefused(client.send(`${header}.${payload}.${signature}`))
    await expectRefused(client.send(`${header}.${payload}.`))
    await expectRefused(client.send(`${header}.${payload}`))
  })

  it('M12 refuses a signature of nothing but zeros', async () => {
    const [header, payload] = (await client.proof()).split('.')
    await expectRefused(client.send(`${header}.${payload}.${Buffer.alloc(64).toString('base64url')}`))
  })

  it('M12 refuses the access token as its own proof', async () => {
    await expectRefused(client.send(client.token))
  })
})
