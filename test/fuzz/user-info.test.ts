// @vitest-environment node
import fc from 'fast-check'
import type { User } from 'latchkey'
import { answers, type Fault } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { codeOf, forAll, LONG } from './fuzz.ts'
import { edited, edits, isObject, json, parsed } from './json.ts'
import { type Attempt, attempts, expectNoLeak } from './sign-in.ts'

const NAMES = ['sub', 'name', 'email', 'picture', 'iss', 'aud', 'address']
const wrong = fc.oneof(
  json,
  fc.constantFrom('"ada"', '"ADA"', '"ada "', '"grace"', '["ada"]', '{"ada":1}', '"\\u0061da"'),
)

/** Asks, and answers what came of it. */
async function asked(
  attempt: Attempt,
): Promise<{ readonly code: string | undefined; readonly user: User | undefined }> {
  let user: User | undefined
  const ask = async () => {
    user = await attempt.auth().userInfo()
  }
  const code = await codeOf(ask, attempt.secrets())
  expectNoLeak(attempt, attempt.secrets())
  return { code, user }
}

describe('A UserInfo answer that was made up', () => {
  it('H34 is used if it speaks of the person signed in, and only then', { timeout: LONG }, async () => {
    const next = attempts({ provider: { algorithm: 'ES256' } })
    await forAll(100, edits(NAMES, wrong), async (changes) => {
      const attempt = await next()
      expect(await attempt.finish()).toBe('signed-in')
      let text = ''
      const fault: Fault = async (_, normally) => {
        const response = await normally()
        text = edited((await response.json()) as Record<string, unknown>, changes)
        return new Response(text, response)
      }
      attempt.provider.faults.userInfo.once(fault)
      const { code, user } = await asked(attempt)
      const said = Object(parsed(text))
      const isSame = Object.hasOwn(said, 'sub') && said.sub === 'ada'
      expect(code, text).toBe(isSame ? undefined : 'token_invalid')
      if (user) expectPlain(user, said)
      expect(attempt.auth().state.status).toBe('signed-in')
    })
  })

  it('H34 of any JSON, or none, is an answer or a typed refusal, and signs nobody out', { timeout: LONG }, async () => {
    const next = attempts({ provider: { algorithm: 'ES256' } })
    const status = fc.constantFrom(200, 200, 200, 201, 204, 301, 400, 403, 404, 418)
    await forAll(80, fc.tuple(fc.oneof(json, fc.string()), status), async ([text, answered]) => {
      const attempt = await next()
      expect(await attempt.finish()).toBe('signed-in')
      attempt.provider.faults.userInfo.once(answers(answered, answered === 204 ? null : text))
      const { code } = await asked(attempt)
      const isAnswer = answered === 200 && isObject(parsed(text))
      expect(code, `${answered} ${text}`).toBe(isAnswer ? 'token_invalid' : 'provider_invalid')
      expect(attempt.auth().state.status).toBe('signed-in')
    })
  })
})

/** What the provider said and nothing else, from no prototype of its own, and nothing that can be changed. */
function expectPlain(value: object, said: object): void {
  expect(Object.isFrozen(value)).toBe(true)
  expect([Object.prototype, Array.prototype, null]).toContain(Object.getPrototypeOf(value))
  for (const name of Object.keys(value)) {
    const [inner, right] = [Reflect.get(value, name), Reflect.get(said, name)]
    // JSON has no word for numbers beyond all bounds.
    if (typeof inner !== 'object' || inner === null) expect(JSON.stringify(inner)).toBe(JSON.stringify(right))
    else expectPlain(inner, right)
  }
}
