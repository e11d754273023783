// @vitest-environment node
import { decodeJwt, decodeProtectedHeader } from 'jose'
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listen } from '../http/listen.ts'
import { type Servers, startServers } from '../servers.ts'
import { signIn } from './sign-in.ts'

const APP = 'http://localhost:5170'

let servers: Servers

beforeAll(async () => {
  servers = await startServers({
    ports: { app: 5170, api: await freePort(), provider: await freePort() },
    appOrigins: [APP],
  })
})

afterAll(() => servers.close())

async function freePort(): Promise<number> {
  const { origin, close } = await listen(0, () => () => undefined)
  await close()
  return Number(new URL(origin).port)
}

const requireNonce = (required: boolean) =>
  fetch(new URL('demo/trouble', servers.api.url), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ requireNonce: required }),
  })

describe('tokens of a provider, and requests of a client, that know nothing of this API', () => {
  it('M04 a bearer token of the provider is accepted', async () => {
    const { tokens, notes } = await signIn(servers, `${APP}/`)
    expect(tokens.token_type).toBe('bearer')
    expect(decodeProtectedHeader(tokens.access_token).typ).toBe('at+jwt')
    expect((await notes()).status).toBe(200)
  })

  it('M12 a bound token of the provider is accepted with proofs, and as a bearer token it is not', async () => {
    const keys = await oauth.generateKeyPair('ES256')
    const { tokens, notes } = await signIn(servers, `${APP}/`, keys)
    expect(tokens.token_type).toBe('dpop')
    expect(decodeJwt(tokens.access_token).cnf).toEqual({ jkt: expect.any(String) })
    expect((await notes()).status).toBe(200)
    expect((await notes()).status).toBe(200)
    const bearer = await fetch(new URL('notes', servers.api.url), {
      headers: { Authorization: `Bearer ${tokens.access_token}` },
    })
    expect(bearer.status).toBe(401)
  })

  it('M13 a client that knows RFC 9449 gets by with one more request', async () => {
    const { notes } = await signIn(servers, `${APP}/`, await oauth.generateKeyPair('ES256'))
    await requireNonce(true)
    const refusal = await notes().catch((error: unknown) => error)
    expect(oauth.isDPoPNonceError(refusal)).toBe(true)
    expect((await notes()).status).toBe(200)
    expect((await notes()).status).toBe(200)
    await requireNonce(false)
  })

  it('M19 a session that was revoked at the provider leaves its access token good until it expires', async () => {
    const { tokens, notes, refresh, revoke } = await signIn(servers, `${APP}/`)
    await oauth.processRevocationResponse(await revoke(tokens.refresh_token ?? ''))
    expect(await (await refresh()).json()).toMatchObject({ error: 'invalid_grant' })
    expect((await notes()).status).toBe(200)
    expect(tokens.expires_in).toBe(60)
  })
})
