// @vitest-environment node
import fc from 'fast-check'
import { unauthorized } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { bearerChallenge } from '../../src/vault/bearer-challenge.ts'
import { challengesIn } from './challenge-oracle.ts'
import { expectTyped, forAll, LONG } from './fuzz.ts'
import { attempts } from './sign-in.ts'

const TCHAR = [..."!#$%&'*+-.^_`|~", ...'0123456789', ...'abcxyzABCXYZ']
const token = fc.string({ unit: fc.constantFrom(...TCHAR), minLength: 1, maxLength: 6 })
const space = fc.constantFrom('', ' ', '\t', '  ')
const scheme = fc.oneof(fc.constantFrom('Bearer', 'bearer', 'BEARER', 'Basic', 'DPoP', 'Negotiate', 'Digest'), token)
const name = fc.oneof(
  fc.constantFrom(
    'error',
    'Error',
    'error_description',
    'scope',
    'realm',
    'max_age',
    'acr_values',
    'bearer',
    '__proto__',
  ),
  token,
)
const quoted = fc
  .string({
    unit: fc.constantFrom(...TCHAR, ' ', ',', '=', '\\\\', '\\"', '\\a', '\t', 'Bearer', 'Bearer error=x', 'é'),
    maxLength: 8,
  })
  .map((text) => `"${text}"`)
const value = fc.oneof(
  token,
  quoted,
  fc.constantFrom(
    '"invalid_token"',
    'invalid_token',
    '"insufficient_user_authentication"',
    '"insufficient_scope"',
    '""',
  ),
)
const parameter = fc
  .tuple(name, space, space, value)
  .map(([key, before, after, text]) => `${key}${before}=${after}${text}`)
const comma = fc.tuple(space, fc.constantFrom(',', ',,', ', ,'), space).map((parts) => parts.join(''))
const token68 = fc
  .tuple(
    fc.string({ unit: fc.constantFrom(...'abzABZ019-._~+/', 'Bearer', '/Bearer/'), minLength: 1 }),
    fc.constantFrom('', '=', '=='),
  )
  .map((parts) => parts.join(''))

const listed = (items: fc.Arbitrary<string>, minLength: number) =>
  fc
    .array(fc.tuple(items, comma), { minLength, maxLength: 4 })
    .map((pairs) => pairs.map(([item, separator], index) => (index ? separator : '') + item).join(''))

const challenge = fc.oneof(
  scheme,
  fc.tuple(scheme, fc.constantFrom(' ', '  '), token68).map((parts) => parts.join('')),
  fc.tuple(scheme, fc.constantFrom(' ', '  '), listed(parameter, 1)).map((parts) => parts.join('')),
)
const header = listed(challenge, 1)

const garbage = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'"\\,= \tab;()<>@', 'Bearer', 'error', '\\"', '=""'), maxLength: 40 }),
  fc.string({ unit: 'binary' }),
  header.chain((text) => fc.nat(text.length).map((cut) => text.slice(0, cut))),
)

/** What the Bearer challenges say; where several say it, nobody knows which counts. */
function expected(text: string): Map<string, string> | 'none' | 'unclear' {
  const challenges = challengesIn(text)
  if (!challenges) return 'unclear'
  const bearer = challenges.filter((each) => each.scheme === 'bearer')
  if (!bearer.length) return 'none'
  const all = bearer.flatMap(({ parameters }) => [...parameters])
  return new Set(all.map(([key]) => key)).size === all.length ? new Map(all) : 'unclear'
}

describe('A WWW-Authenticate header', () => {
  it('H23 that keeps to the grammar is read as the grammar says', { timeout: LONG }, async () => {
    await forAll(3_000, header, (text) => {
      const right = expected(text)
      if (right === 'unclear') return
      const found = bearerChallenge(text)
      if (right === 'none') expect(found, text).toBeUndefined()
      else expect([...(found ?? [])].sort(), text).toEqual([...right].sort())
    })
  })

  it('H23 that is garbage throws nothing', { timeout: LONG }, async () => {
    await forAll(3_000, garbage, (text) => {
      for (const [key, said] of bearerChallenge(text) ?? [])
        expect([typeof key, typeof said]).toEqual(['string', 'string'])
    })
  })

  const MANY = 300_000
  it.each([
    'a="',
    '"a=',
    'a=\\"',
    'a ',
    'a=',
    '=',
    ' ',
    '\t=',
    '\\',
    '"\\',
    '\\"',
    '"',
    ',',
    'a=b,',
    'Bearer ',
    'Bearer a="b\\',
    'a="b" ',
    'a = ',
    'a  =  "',
  ])('L08, H23 of a megabyte takes no longer than its length: %j over and over', { timeout: LONG }, (piece) => {
    // Each of them begins something that never ends: in quadratic time it would take an hour.
    for (const text of [piece.repeat(MANY), `Bearer error="${piece.repeat(MANY)}`, `Bearer a${piece.repeat(MANY)}=`])
      expect(() => bearerChallenge(text)).not.toThrow()
  })

  it('of any shape ends in an answer, or in a typed error without a secret', { timeout: LONG }, async () => {
    const next = attempts({ provider: { algorithm: 'ES256' } })
    const ascii = fc.oneof(header, garbage).map((text) => text.replace(/[^\t\x20-\x7e]/g, ''))
    await forAll(60, ascii, async (text) => {
      const attempt = await next()
      expect(await attempt.finish()).toBe('signed-in')
      attempt.provider.faults.api.always(() => unauthorized(text))
      const right = expected(text.trim())
      const error = right instanceof Map ? (right.get('error') ?? 'invalid_token') : right
      const code = await attempt
        .auth()
        .authFetch('https://api.example.com/')
        .then(
          ({ status }) => status,
          (refusal) => expectTyped(refusal, attempt.secrets()),
        )
      const refreshes = attempt.requested().filter((endpoint) => endpoint === 'token').length - 1
      if (error === 'unclear') return
      expect(code, text).toBe(error === 'insufficient_user_authentication' ? 'step_up_required' : 401)
      if (right instanceof Map) expect(refreshes, text).toBe(error === 'invalid_token' ? 1 : 0)
    })
  })
})
