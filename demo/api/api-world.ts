import { request } from 'node:http'
import { exportJWK, generateKeyPair, type JWK, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose'
import { listen } from '../http/listen.ts'
import { startApi } from './start-api.ts'

export const APP = 'http://localhost:5170'
export const STRANGER = 'http://evil.example'

interface Key {
  readonly privateKey: CryptoKey
  readonly jwk: JWK & { readonly kid: string }
}

/** What a token says, where it differs from a good one. `undefined` leaves a claim out. */
interface Token {
  readonly claims?: JWTPayload
  readonly header?: Partial<JWTHeaderParameters>
  readonly key?: CryptoKey | Uint8Array
}

export type World = Awaited<ReturnType<typeof createWorld>>

/** The API, and the smallest provider that it can trust: a set of keys behind a URL. */
export async function createWorld() {
  let newest = await createKey('first')
  let published = [newest.jwk]
  let isUp = true
  const asked: string[] = []
  const provider = await listen(0, () => ({ url = '' }, response) => {
    asked.push(url)
    if (!isUp) return void response.writeHead(503).end()
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify({ keys: published }))
  })
  const api = await startApi({ port: 0, issuer: provider.origin, appOrigins: [APP] })
  const at = (path: string) => new URL(path, api.url)

  async function token({ claims, header, key }: Token = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    const good = {
      iss: provider.origin,
      aud: api.url,
      sub: 'ada',
      client_id: 'notes-spa',
      jti: crypto.randomUUID(),
      iat: now,
      exp: now + 60,
      auth_time: now,
      scope: 'notes:read notes:write',
    }
    return new SignJWT({ ...good, ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: newest.jwk.kid, ...header })
      .sign(key ?? newest.privateKey)
  }
  const ask = (path: string, init?: RequestInit) => fetch(at(path), init)
  const askWith = (bearer: string, path = '/notes', init: RequestInit = {}) =>
    ask(path, { ...init, headers: { ...init.headers, Authorization: `Bearer ${bearer}` } })

  return {
    api,
    issuer: provider.origin,
    /** The paths that the provider was asked for. */
    asked,
    token,
    ask,
    askWith,
    publicKey: () => newest.jwk,
    rotateKeys: async () => {
      newest = await createKey('second')
      published = [...published, newest.jwk]
    },
    shutDownProvider: () => {
      isUp = false
    },
    post: (path: string, body: string, headers: Record<string, string> = {}) =>
      ask(path, { method: 'POST', body, headers: { 'Content-Type': 'application/json', ...headers } }),
    /** `fetch` would fold header lines of one name into one. */
    statusWith: (lines: Record<string, string | string[]>) =>
      new Promise<{ status: number; challenge: string }>((resolve, reject) => {
        const asking = request(at('/notes'), { headers: lines }, (response) => {
          response.resume()
          resolve({ status: response.statusCode ?? 0, challenge: response.headers['www-authenticate'] ?? '' })
        })
        asking.once('error', reject).end()
      }),
    close: async () => {
      await api.close()
      await provider.close()
    },
  }
}

export async function createKey(kid: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } }
}

export function challengeOf(response: Response): string {
  return response.headers.get('WWW-Authenticate') ?? ''
}
