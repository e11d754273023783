import { base64url } from 'jose'
import { changes, type Fault, signingKey, type Tampering } from 'latchkey/testing'
import { expect } from 'vitest'
import { backFromProvider, type Script, type Stage } from './browser.ts'
import { expectSignedOut, refusal } from './outcome.ts'

export type Claims = Record<string, unknown>

export type Outcome = Stage & { readonly state: Awaited<ReturnType<Stage['auth']['start']>> }

const started = async (stage: Stage): Promise<Outcome> => ({ ...stage, state: await stage.auth.start() })

/** What `start()` comes to when the ID token differs from the right one like this. */
export async function comingBackWith(tampering: Tampering, script: Script = {}): Promise<Outcome> {
  const stage = await backFromProvider(script)
  stage.provider.idToken.always(tampering)
  return started(stage)
}

/** The same for claims alone: `undefined` leaves one out. */
export const withClaims = (change: Claims | ((claims: Claims) => Claims), script?: Script): Promise<Outcome> =>
  comingBackWith(
    { claims: (claims) => ({ ...claims, ...(typeof change === 'function' ? change(claims) : change) }) },
    script,
  )

/** What `start()` comes to with this at the token endpoint. */
export async function comingBackTo(fault: Fault, script?: Script): Promise<Outcome> {
  const stage = await backFromProvider(script)
  stage.provider.faults.token.always(fault)
  return started(stage)
}

export const withBody = (members: Record<string, unknown>, script?: Script): Promise<Outcome> =>
  comingBackTo(
    changes((body) => ({ ...body, ...members })),
    script,
  )

/** The right token response as text, changed: for JSON that `JSON.stringify` never writes. */
export const withText = (change: (json: string) => string | Uint8Array<ArrayBuffer>): Promise<Outcome> =>
  comingBackTo(async (_, normally) => {
    const right = await normally()
    return new Response(change(await right.text()), right)
  })

/** Nobody is signed in, nothing is left of the login, and nothing that came with it is sent anywhere. */
export async function expectNothingKept({ auth, provider, tab }: Stage): Promise<void> {
  expect(auth.state.status).toBe('signed-out')
  expect(Object.keys(tab.sessionStorage).filter((key) => /^latchkey (login|return) /.test(key))).toEqual([])
  expect((await refusal(auth.authFetch('https://api.example.com/'))).code).toBe('login_required')
  const later = provider.requests.filter(({ endpoint }) => !['discovery', 'token', 'jwks'].includes(endpoint))
  expect(later.map(({ request }) => request.url)).toEqual([])
}

export async function expectTokenRefused(outcome: Outcome): Promise<void> {
  expectSignedOut(outcome.state, 'token_invalid')
  await expectNothingKept(outcome)
}

/** A JWT of any header and any bytes, signed by the provider's own RS256 key. */
export async function signedByProvider(header: string | Claims, payload: string | Uint8Array): Promise<string> {
  const { privateKey } = await signingKey('RS256', 'RS256-1')
  const head = typeof header === 'string' ? header : JSON.stringify(header)
  const input = `${base64url.encode(head)}.${base64url.encode(payload)}`
  const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', privateKey, new TextEncoder().encode(input))
  return `${input}.${base64url.encode(new Uint8Array(signature))}`
}

export const HEADER = { alg: 'RS256', typ: 'JWT', kid: 'RS256-1' }

export const payloadOf = (jwt: string): string => new TextDecoder().decode(base64url.decode(jwt.split('.')[1] ?? ''))
