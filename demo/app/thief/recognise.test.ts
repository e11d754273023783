import { describe, expect, it } from 'vitest'
import { secretsIn, textOf } from './recognise.ts'

const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
const signed = (typ: string) => `${encoded({ alg: 'ES256', typ })}.${encoded({ sub: 'ada' })}.${'s'.repeat(86)}`
const OPAQUE = 'mW9uDq-0kXyQ4hTtKq2bP7vJr8sLcN1e_aZfGdHiUoY'

describe('what the thief takes for a secret', () => {
  it.each([
    ['a signed access token (RFC 9068)', signed('at+jwt'), ['access token']],
    ['an ID token', signed('JWT'), ['ID token']],
    ['an opaque access token on its way to the API', `Bearer ${OPAQUE}`, ['access token']],
    [
      'a token response',
      JSON.stringify({ access_token: OPAQUE, refresh_token: OPAQUE }),
      ['access token', 'refresh token'],
    ],
    [
      'a token response within another text',
      JSON.stringify(JSON.stringify({ refresh_token: OPAQUE })),
      ['refresh token'],
    ],
    [
      'a refresh',
      new URLSearchParams({ grant_type: 'refresh_token', refresh_token: OPAQUE }).toString(),
      ['refresh token'],
    ],
    ['a code exchange', `code=1&code_verifier=${OPAQUE}`, ['code verifier']],
  ])('%s', (_, text, secrets) => {
    expect(secretsIn(text)).toEqual(secrets)
  })

  it.each([
    ['a challenge of the API', 'Bearer error="invalid_token", error_description="expired"'],
    ['the log of the wire', 'Authorization: Bearer ••• form: grant_type, refresh_token, client_id'],
    ['the claims of a person', JSON.stringify({ sub: 'ada', scope: 'notes:read notes:write' })],
  ])('not %s', (_, text) => {
    expect(secretsIn(text)).toEqual([])
  })

  it.each([
    ['headers', new Headers({ Authorization: `Bearer ${OPAQUE}` })],
    ['a request', new Request('http://localhost/', { headers: { Authorization: `Bearer ${OPAQUE}` } })],
    ['bytes', new TextEncoder().encode(`Bearer ${OPAQUE}`)],
    ['bytes within a message', { id: 1, chunk: new TextEncoder().encode(`Bearer ${OPAQUE}`) }],
    ['a buffer within a message', { chunk: new TextEncoder().encode(`Bearer ${OPAQUE}`).buffer }],
    ['an error within a message', { error: new Error(`Bearer ${OPAQUE}`) }],
    ['a map within a message', new Map([['token', `Bearer ${OPAQUE}`]])],
  ])('reads %s', (_, value) => {
    expect(secretsIn(textOf(value))).toEqual(['access token'])
  })
})
