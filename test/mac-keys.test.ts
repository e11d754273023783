// @vitest-environment node
import { base64url, exportSPKI } from 'jose'
import { answers, changes, signingKey } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { backFromProvider, type Stage } from './browser.ts'
import { expectSignedOut } from './outcome.ts'

describe('E11, D22 A key that both sides know', () => {
  const SECRET = new TextEncoder().encode('a secret that the provider published by mistake')
  const oct = { kty: 'oct', k: base64url.encode(SECRET), kid: 'RS256-1', alg: 'HS256', use: 'sig' }

  /** The same claims under a MAC that is right for this key. */
  const macOf = async (secret: Uint8Array<ArrayBuffer>, alg: string, jwt: string) => {
    const header = base64url.encode(JSON.stringify({ alg, typ: 'JWT', kid: 'RS256-1' }))
    const input = `${header}.${jwt.split('.')[1]}`
    const algorithm = { name: 'HMAC', hash: `SHA-${alg.slice(2)}` }
    const key = await crypto.subtle.importKey('raw', secret, algorithm, false, ['sign'])
    const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(input))
    return `${input}.${base64url.encode(new Uint8Array(mac))}`
  }

  async function withMac(secret: Uint8Array<ArrayBuffer>, alg: string, published: unknown, stage?: Stage) {
    const { auth, provider } = stage ?? (await backFromProvider())
    provider.keys.publish(published)
    provider.faults.token.once(async (request, normally) => {
      const body = (await (await normally()).json()) as { id_token: string }
      return answers(200, { ...body, id_token: await macOf(secret, alg, body.id_token) })(request, normally)
    })
    return auth.start()
  }

  it.each(['HS256', 'HS384', 'HS512'])('verifies nothing with %s, though it is in the key set', async (alg) => {
    expectSignedOut(await withMac(SECRET, alg, { ...oct, alg }), 'token_invalid')
  })

  it('verifies nothing where the key set does not say what the key is for', async () => {
    expectSignedOut(await withMac(SECRET, 'HS256', { kty: 'oct', k: oct.k }), 'token_invalid')
  })

  it('verifies nothing when it is the text of the public key', async () => {
    const { publicKey } = await signingKey('RS256', 'RS256-1')
    const pem = new TextEncoder().encode(await exportSPKI(publicKey))
    const published = { ...oct, k: base64url.encode(pem) }
    expectSignedOut(await withMac(pem, 'HS256', published), 'token_invalid')
  })

  it('verifies nothing though the provider advertises HS256', async () => {
    const stage = await backFromProvider()
    for (const key of Object.keys(stage.tab.sessionStorage))
      if (key.includes('metadata')) stage.tab.sessionStorage.removeItem(key)
    stage.provider.faults.discovery.always(
      changes((body) => ({ ...body, id_token_signing_alg_values_supported: ['HS256', 'RS256'] })),
    )
    expectSignedOut(await withMac(SECRET, 'HS256', oct, stage), 'token_invalid')
    expect(stage.provider.requestsTo('discovery')).toHaveLength(2)
  })

  it('does no harm beside the right one', async () => {
    const stage = await backFromProvider()
    stage.provider.keys.publish(oct)
    expect((await stage.auth.start()).status).toBe('signed-in')
  })
})
