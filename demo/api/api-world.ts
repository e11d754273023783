import { type OutgoingHttpHeaders, request } from 'node:http'
import { exportJWK, generateKeyPair, type JWK, type JWTHeaderParameters, type JWTPayload } from 'jose'
import { listen } from '../http/listen.ts'
import { signed } from './signed.ts'
import { startApi } from './start-api.ts'

export const APP = 'http://localhost:5170'
export const STRANGER = 'http://evil.example'
export const PASSWORD = 'urn:demo-id:password'

export interface Key {
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
export async function createWorld(options: { readonly requireNonce?: boolean } = {}) {
  let newest = await createKey('first')
  let published = [newest.jwk]
  const answerRightly = () => ({ status: 200, body: JSON.stringify({ keys: published }) })
  let answer = answerRightly
  const asked: string[] = []
  const provider = await listen(0, () => ({ url = '' }, response) => {
    asked.push(url)
    const { status, body } = answer()
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(body)
  })
  const api = await startApi({ port: 0, issuer: provider.origin, appOrigins: [APP], ...options })
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
      acr: PASSWORD,
      scope: 'notes:read notes:write',
    }
    const usual = { alg: 'ES256', typ: 'at+jwt', kid: newest.jwk.kid }
    return signed({ ...usual, ...header }, { ...good, ...claims }, key ?? newest.privateKey)
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
    rotateKeys: async ({ withdrawOld = false } = {}) => {
      newest = await createKey('second')
      published = withdrawOld ? [newest.jwk] : [...published, newest.jwk]
    },
    /** RFC 7009: the provider knows from now on, and nobody else does. */
    revoke: (token: string) =>
      fetch(`${provider.origin}/revoke`, { method: 'POST', body: new URLSearchParams({ token }) }),
    /** From now on the provider answers so, whatever it is asked. */
    providerAnswers: (status: number, body = '') => {
      answer = () => ({ status, body })
    },
    providerRecovers: () => {
      answer = answerRightly
    },
    post: (path: string, body: string, headers: Record<string, string> = {}) =>
      ask(path, { method: 'POST', body, headers: { 'Content-Type': 'application/json', ...headers } }),
    /** `fetch` would fold header lines of one name into one, and send no other Host. */
    askWithLines: (lines: OutgoingHttpHeaders, path = '/notes') =>
      new Promise<{ status: number; challenge: string; body: string }>((resolve, reject) => {
        const asking = request(at(path), { headers: lines }, async (response) => {
          const chunks = await response.toArray()
          const challenge = response.headers['www-authenticate'] ?? ''
          resolve({ status: response.statusCode ?? 0, challenge, body: Buffer.concat(chunks).toString() })
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
