// @vitest-environment node
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HOME } from '../tab.ts'
import { forAll, LONG } from './fuzz.ts'
import { jsonText } from './json.ts'
import { type Attempt, attempts } from './sign-in.ts'

type Parameters = (readonly [string, string])[]
type Change = (parameters: Parameters) => Parameters

const ISSUER = 'https://login.example.com'
const RESPONSE = ['code', 'state', 'iss', 'error', 'error_description', 'error_uri', 'session_state', 'response']
const name = fc.constantFrom(...RESPONSE)
const stranger = fc.oneof(fc.constantFrom('Code', 'code ', 'stat', 'code[]', '__proto__', 'next', ''), fc.string())
const value = fc.oneof(
  jsonText,
  fc.constantFrom('access_denied', 'login_required', 'temporarily_unavailable', '__proto__', 'constructor'),
  fc.constantFrom(ISSUER, `${ISSUER}/`, 'https://evil.example', 'x'.repeat(5_000)),
)

const bend: fc.Arbitrary<(text: string) => string> = fc.constantFrom<((text: string) => string)[]>(
  (text) => `${text}A`,
  (text) => `${text} `,
  (text) => ` ${text}`,
  (text) => `${text}\u0000`,
  (text) => text.slice(0, -1),
  (text) => text.toLowerCase(),
  (text) => text.toUpperCase(),
  (text) => text + text,
  () => '',
)

const change: fc.Arbitrary<Change> = fc.oneof(
  name.map<Change>((gone) => (parameters) => parameters.filter(([key]) => key !== gone)),
  fc.tuple(name, value).map<Change>(([at, to]) => (parameters) => [
    ...parameters.filter(([key]) => key !== at),
    [at, to] as const,
  ]),
  fc.tuple(name, value).map<Change>(([at, to]) => (parameters) => [...parameters, [at, to] as const]),
  fc.tuple(name, value).map<Change>(([at, to]) => (parameters) => [[at, to] as const, ...parameters]),
  name.map<Change>((twice) => (parameters) => [...parameters, ...parameters.filter(([key]) => key === twice)]),
  fc.tuple(name, bend).map<Change>(
    ([at, bent]) =>
      (parameters) =>
        parameters.map(([key, text]) => [key, key === at ? bent(text) : text] as const),
  ),
  fc.tuple(stranger, value).map<Change>(([key, to]) => (parameters) => [...parameters, [key, to] as const]),
  fc.constant<Change>((parameters) => [...parameters].reverse()),
)

/** What RFC 6749 4.1.2 and RFC 9207 2.4 make of this query, judged without the library. */
function expected(query: string, { state, code }: Attempt): { outcome: string; exchanged: boolean } {
  const pairs = [...new URLSearchParams(query)]
  const all = (key: string) => pairs.filter(([each]) => each === key).map(([, text]) => text)
  const isResponse = ['code', 'error', 'response'].some((key) => all(key).length)
  const refused = { outcome: 'callback_invalid', exchanged: false }
  if (!isResponse && all('state')[0] !== state) return { outcome: 'signed-out', exchanged: false }
  const isOurs = all('state').join() === state && all('iss').join() === ISSUER
  const isSingle = ['code', 'error', 'state', 'iss'].every((key) => all(key).length <= 1)
  if (!isOurs || !isSingle) return refused
  const [error] = all('error')
  if (error !== undefined) {
    if (all('error_description').length > 1) return refused
    if (/^(login|interaction|consent|account_selection)_required$/.test(error))
      return { outcome: 'login_required', exchanged: false }
    if (/^(temporarily_unavailable|server_error|slow_down)$/.test(error))
      return { outcome: 'network', exchanged: false }
    return { outcome: 'provider_error', exchanged: false }
  }
  if (!all('code')[0] || all('response').length) return refused
  return { outcome: all('code')[0] === code ? 'signed-in' : 'provider_error', exchanged: true }
}

const textOf = (parameters: Parameters, asText: (text: string) => string) =>
  parameters.map(([key, text]) => `${asText(key)}=${asText(text)}`).join('&')
const spelling = fc.constantFrom<((text: string) => string)[]>(
  (text) => encodeURIComponent(Buffer.from(text).toString()),
  (text) => new URLSearchParams([['', text]]).toString().slice(1),
  // Everything encoded that can be.
  (text) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
)

describe('A callback that was made up', () => {
  it('signs in if it is right, is refused for what is wrong, and is cleaned', { timeout: LONG }, async () => {
    const next = attempts({ provider: { algorithm: 'ES256' } })
    const values = fc.tuple(
      fc.array(change, { maxLength: 4 }),
      spelling,
      fc.constantFrom('', '#', '#/notes', '#code=x'),
    )
    await forAll(200, values, async ([changes, asText, hash]) => {
      const attempt = await next()
      const { code, state } = attempt
      const right: Parameters = [
        ['code', code],
        ['state', state],
        ['iss', ISSUER],
      ]
      const query = textOf(
        changes.reduce((parameters, each) => each(parameters), right),
        asText,
      )
      const { outcome, exchanged } = expected(query, attempt)
      expect(await attempt.finish(`${HOME}?${query}${hash}`), query).toBe(outcome)
      expect(attempt.requested().includes('token'), query).toBe(exchanged)
      const left = [...new URL(attempt.tab.url()).searchParams.keys()]
      if (outcome !== 'signed-out')
        expect(
          left.filter((key) => RESPONSE.includes(key)),
          query,
        ).toEqual([])
      expect(new URL(attempt.tab.url()).origin).toBe(new URL(HOME).origin)
    })
  })

  it('of any shape at all never makes start() reject, nor signs anybody in', { timeout: LONG }, async () => {
    const next = attempts({ provider: { algorithm: 'ES256' } })
    const url = fc.oneof(
      fc
        .webUrl({ withQueryParameters: true, withFragments: true })
        .map((text) => text.replace(/^https?:\/\/[^/?#]*\/?/, HOME)),
      fc.string({ unit: 'binary' }).map((text) => new URL(`${HOME}?${text}`).href),
      fc
        .string({ unit: fc.constantFrom('%', '&', '=', '+', 'code', 'state', '%00', '%ff', '%u0041', ';', '?') })
        .map((text) => `${HOME}?code=x&${text}`),
    )
    await forAll(60, url, async (callback) => {
      const attempt = await next()
      expect(['signed-out', 'callback_invalid']).toContain(await attempt.finish(callback))
      expect(attempt.requested()).not.toContain('token')
    })
  })
})
