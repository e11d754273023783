// @vitest-environment node
import { inspect } from 'node:util'
import { answers, type Fault, signingKey } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { HOME } from '../tab.ts'
import { codeOf, LONG } from './fuzz.ts'
import { ownPlace } from './own-place.ts'
import { type Attempt, attempts } from './sign-in.ts'
import { headerOf, payloadOf, written } from './written.ts'

// As much as is read of an answer, nearly: what takes quadratic time for this takes hours.
const MEGABYTES = 3_500_000
const full = (piece: string) => piece.repeat(MEGABYTES / piece.length)
const deep = (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`
const members = (count: number) => Array.from({ length: count }, (_, at) => `"claim${at}":${at}`).join()

const next = () => attempts({ provider: { algorithm: 'ES256' } })()

/** What `start()` comes to with this in place of the token response, which is given as text. */
async function withResponse(change: (text: string) => string, status = 200): Promise<[string, Attempt]> {
  const attempt = await next()
  const fault: Fault = async (_, normally) => {
    const right = await normally()
    return new Response(change(await right.text()), { status, headers: right.headers })
  }
  attempt.provider.faults.token.once(fault)
  return [await attempt.finish(), attempt]
}

/** The same with an ID token of this payload, rightly signed. */
async function withPayload(change: (text: string) => string): Promise<string> {
  const attempt = await next()
  const key = await signingKey('ES256', 'ES256-1')
  const token = (jwt: string) => written(JSON.stringify(headerOf(jwt)), change(JSON.stringify(payloadOf(jwt))), key)
  attempt.provider.idToken.once({ token })
  return attempt.finish()
}

const withMember = (text: string) => (json: string) => `{${text},${json.slice(1)}`

describe('L08 In a time that grows with its length', { timeout: LONG }, () => {
  it.each([
    ['a name', `"note":"${full('x')}"`],
    ['escapes', `"note":"${full('\\"')}"`],
    ['backslashes', `"note":"${full('\\\\')}"`],
    ['colons and quotes', `"note":"${full('\\":')}"`],
    ['spaces', `"note"${full(' ')}:1`],
    ['scopes', `"scope":"${full('a ')}"`],
    ['members', members(200_000)],
    ['lists in lists', `"note":${deep(100_000)}`],
  ])('C27, C01 a token response full of %s is read', async (_, text) => {
    const [outcome] = await withResponse(withMember(text))
    expect(outcome).toBe('signed-in')
  })

  it.each([
    ['letters', full('a'), 'provider_invalid'],
    ['words', full('a_'), 'provider_error'],
    ['letters that end oddly', `${full('a_')}!`, 'provider_invalid'],
    ['signs', full('%'), 'provider_invalid'],
  ])('B19, C18 an error of %s is told in short', async (_, text, right) => {
    for (const [body, code] of [
      [`{"error":"${text}"}`, right],
      [`{"error":"invalid_grant","error_description":"${text}"}`, 'provider_error'],
    ] as const) {
      const [outcome, attempt] = await withResponse(() => body, 400)
      expect(outcome).toBe(code)
      expect(inspect(attempt.auth().state, { depth: 9, maxStringLength: null }).length).toBeLessThan(5_000)
    }
  })

  it.each([
    ['a text', `"note":"${'x'.repeat(1_000_000)}"`],
    ['escapes', `"note":"${'\\"'.repeat(500_000)}"`],
    ['colons and quotes', `"note":"${'\\":'.repeat(300_000)}"`],
    ['spaces', `"note"${' '.repeat(1_000_000)}:1`],
    ['claims', members(50_000)],
    ['lists', `"note":[${'[],'.repeat(50_000)}[]]`],
  ])('D45 an ID token full of %s is judged', async (_, text) => {
    expect(await withPayload(withMember(text))).toBe('signed-in')
  })

  it('D45 an ID token of many claims is found to have one twice', async () => {
    expect(await withPayload(withMember(`${members(50_000)},"claim7":7`))).toBe('token_invalid')
  })

  it.each([10_000, 100_000, 300_000])('D45 an ID token %d levels deep is refused', async (levels) => {
    expect(await withPayload(withMember(`"note":${deep(levels)}`))).toBe('token_invalid')
  })

  it.each(['code=x&', '&', 'state=', '%', '%00', '+', 'a', '#', '?', 'error=x&state=&'])(
    'B21 a callback full of %j is refused and cleaned',
    async (piece) => {
      const attempt = await next()
      const url = `${HOME}?code=x&state=${attempt.state}&iss=https%3A%2F%2Flogin.example.com&${'x'}${full(piece)}`
      // What follows "#" is no query: there it is the made-up code that is refused.
      expect(await attempt.finish(url)).toBe(piece === '#' ? 'provider_error' : 'callback_invalid')
      expect(
        [...new URL(attempt.tab.url()).searchParams.keys()].filter((name) => /^(code|state|error)$/.test(name)),
      ).toEqual([])
    },
  )

  it('E14 a key set of 20,000 keys without a kid is looked through to its bound', async () => {
    const attempt = await next()
    const { jwk } = await signingKey('ES256', 'another')
    const { kid: _, ...unnamed } = jwk
    attempt.provider.faults.jwks.always(answers(200, { keys: Array.from({ length: 20_000 }, () => unnamed) }))
    attempt.provider.idToken.once({ header: ({ kid: _, ...rest }) => rest })
    expect(await attempt.finish()).toBe('token_invalid')
  })

  it.each(['9'.repeat(100_000), 'a'.repeat(100_000), ' '.repeat(100_000), '1 '.repeat(50_000), '-1', '1e400'])(
    'C23 an absurd Retry-After is read',
    async (after) => {
      const attempt = await next()
      attempt.provider.faults.token.once(
        answers(503, '', { 'retry-after': after, 'access-control-expose-headers': 'retry-after' }),
      )
      expect(await attempt.finish()).toBe('network')
    },
  )

  it.each(['/', '..', '%2e', '\\', 'a/../', '@', ':', '[', '\t'])(
    'J13 a place to return to that is full of %j is judged',
    async (piece) => {
      const { auth } = await next()
      const returnTo = `/${full(piece)}`
      expect(await codeOf(() => auth().login({ returnTo }))).toBe(ownPlace(returnTo) ? undefined : 'configuration')
    },
  )
})
