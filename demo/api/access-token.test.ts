// @vitest-environment node
import { exportSPKI, importJWK } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { challengeOf, createKey, createWorld, type World } from './api-world.ts'
import { createDpopClient, hashOf } from './dpop-client.ts'
import { encoded } from './signed.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
})

afterEach(() => world.close())

const now = () => Math.floor(Date.now() / 1000)

async function expectRefused(token: string) {
  const response = await world.askWith(token)
  expect(response.status).toBe(401)
  expect(challengeOf(response)).toContain('Bearer error="invalid_token"')
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

  it('M02 refuses a signature that was cut, changed, taken from another token, or is nothing but zeros', async () => {
    const [header, payload, signature = ''] = (await world.token()).split('.')
    const [, , other] = (await world.token()).split('.')
    const changed = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
    for (const wrong of [signature.slice(0, -4), changed, other, Buffer.alloc(64).toString('base64url')]) {
      await expectRefused(`${header}.${payload}.${wrong}`)
    }
    await expectAccepted(`${header}.${payload}.${signature}`)
  })

  it('M02 refuses a header that was changed', async () => {
    const [, payload, signature] = (await world.token()).split('.')
    const header = { alg: 'ES256', typ: 'at+jwt', kid: 'first', x: 1 }
    await expectRefused(`${encoded(header)}.${payload}.${signature}`)
  })
})

describe('M03: the algorithm', () => {
  it.each(['none', 'None', 'nOnE'])('M03 refuses alg %s', async (alg) => {
    const [, payload] = (await world.token()).split('.')
    await expectRefused(`${encoded({ alg, typ: 'at+jwt' })}.${payload}.`)
  })

  it.each(['HS256', 'HS384', 'HS512'])('M03 refuses %s with the public key as its secret', async (alg) => {
    const jwk = world.publicKey()
    const pem = await exportSPKI((await importJWK(jwk, 'ES256')) as CryptoKey)
    for (const text of [JSON.stringify(jwk), JSON.stringify({ keys: [jwk] }), pem, pem.trim()]) {
      await expectRefused(await world.token({ header: { alg }, key: new TextEncoder().encode(text) }))
    }
  })

  it.each([[undefined], [''], ['ES384'], ['RS256'], ['ES256K'], ['es256'], ['constructor'], [['ES256']]])(
    'M03 refuses alg %j under a good key',
    async (alg) => {
      await expectRefused(await world.token({ header: { alg } as never }))
    },
  )
})

describe('M04: the type', () => {
  it.each(['JWT', 'dpop+jwt', 'logout+jwt', 'at+jwt2'])('M04 refuses typ %s', async (typ) => {
    await expectRefused(await world.token({ header: { typ } }))
  })

  it('M04 refuses a token without typ, as ID tokens come', async () => {
    await expectRefused(await world.token({ header: { typ: undefined } as never }))
  })

  it('M04 refuses an ID token, though its audience were right', async () => {
    const claims = { nonce: 'n', at_hash: 'h', azp: 'notes-spa', aud: ['notes-spa', world.api.url] }
    await expectRefused(await world.token({ header: { typ: undefined } as never, claims }))
    await expectRefused(await world.token({ header: { typ: 'JWT' }, claims }))
  })

  it.each(['at+jwt', 'application/at+jwt', 'AT+JWT', 'Application/AT+jwt'])('M04 accepts typ %s', async (typ) => {
    await expectAccepted(await world.token({ header: { typ } }))
  })
})

describe('M05: the issuer', () => {
  it('M05 refuses another issuer, one that differs by a slash, and none', async () => {
    const { issuer } = world
    for (const iss of ['https://other.example', `${issuer}/`, issuer.toUpperCase(), [issuer], '', undefined]) {
      await expectRefused(await world.token({ claims: { iss } as never }))
    }
  })
})

describe('M06: the audience', () => {
  it('M06 refuses another API, the client, a prefix of ours, and none', async () => {
    const own = world.api.url
    const others = ['https://other.example/', 'notes-spa', own.slice(0, -1), `${own}notes`, own.toUpperCase()]
    for (const aud of [...others, others, [], [[own]], { 0: own }, '', null, undefined]) {
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
    ['exp ten seconds ago', () => ({ exp: now() - 10 })],
    ['nbf ahead', () => ({ nbf: now() + 30 })],
    ['nbf ten seconds ahead', () => ({ nbf: now() + 10 })],
    ['nbf as text', () => ({ nbf: `${now()}` })],
    ['iat ahead', () => ({ iat: now() + 30 })],
    ['iat ten seconds ahead', () => ({ iat: now() + 10 })],
    ['iat as text', () => ({ iat: `${now()}` })],
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
    await expectRefused(await world.token({ header: { jku: url, kid: 'unknown' }, key: privateKey }))
    await expectRefused(await world.token({ header: { jwk }, key: privateKey }))
    await expectRefused(await world.token({ header: { jwk, x5c: ['MIIB'] }, key: privateKey }))
    expect(trap.asked).toEqual([])
    expect(world.asked).toEqual(['/jwks'])
    await trap.close()
  })

  it('M10 ignores them where the provider has signed', async () => {
    const trap = await createWorld()
    const url = `${trap.issuer}/jwks`
    const { jwk } = await createKey('first')
    await expectAccepted(await world.token({ header: { jku: url, x5u: url, jwk } }))
    expect(trap.asked).toEqual([])
    await trap.close()
  })

  it.each([[['exp']], [['b64']], [['jku', 'unheard-of']], [[]], ['exp']])(
    'M10 refuses crit %j, though the provider has signed',
    async (crit) => {
      await expectRefused(await world.token({ header: { crit, exp: 1, b64: false, 'unheard-of': true } as never }))
    },
  )
})

describe('M11: a token that is bound to a key', () => {
  it('M11 refuses it as a bearer token, though a proof came along', async () => {
    const { token, proof } = await createDpopClient(world)
    await expectRefused(token)
    const headers = { Authorization: `Bearer ${token}`, DPoP: await proof() }
    const response = await world.ask('/notes', { headers })
    expect(response.status).toBe(401)
    expect(challengeOf(response)).toContain('Bearer error="invalid_token"')
  })

  it.each([[{}], [null], [[]], ['x'], [{ jkt: '' }], [{ jkt: 7 }], [{ 'x5t#S256': 'x' }], [{ jwk: {} }]])(
    'M11 refuses cnf %j as a bearer token: what cannot be checked is not ignored',
    async (cnf) => {
      await expectRefused(await world.token({ claims: { cnf } }))
    },
  )

  it('M11 refuses one that is bound to a certificate, or to both, whatever its proof', async () => {
    const { boundToken, thumbprint, proof, send } = await createDpopClient(world)
    for (const cnf of [{ 'x5t#S256': thumbprint }, { jkt: thumbprint, 'x5t#S256': 'x' }, { jkt: [thumbprint] }]) {
      const token = await boundToken({ cnf })
      await expectRefused(token)
      const dpop = await proof({ claims: { ath: hashOf(token) } })
      const response = await send(dpop, { headers: { Authorization: `DPoP ${token}` } })
      expect(response.status).toBe(401)
      expect(challengeOf(response)).toContain('DPoP error="invalid_token"')
    }
  })

  it('M11 refuses a token that is bound to nothing under the DPoP scheme', async () => {
    const { proof, send } = await createDpopClient(world)
    const token = await world.token()
    const dpop = await proof({ claims: { ath: hashOf(token) } })
    const response = await send(dpop, { headers: { Authorization: `DPoP ${token}` } })
    expect(response.status).toBe(401)
    expect(challengeOf(response)).toContain('DPoP error="invalid_token"')
    await expectAccepted(token)
  })

  it('M11 refuses a bound token that is wrong in itself, whatever its proof', async () => {
    const { boundToken, proof, send } = await createDpopClient(world)
    for (const claims of [{ exp: now() - 30 }, { iss: 'https://other.example' }, { aud: 'notes-spa' }]) {
      const token = await boundToken(claims)
      const dpop = await proof({ claims: { ath: hashOf(token) } })
      const response = await send(dpop, { headers: { Authorization: `DPoP ${token}` } })
      expect(response.status).toBe(401)
      expect(challengeOf(response)).toContain('DPoP error="invalid_token"')
    }
  })
})
