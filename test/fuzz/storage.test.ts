// @vitest-environment node
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HOME } from '../tab.ts'
import { forAll, LONG } from './fuzz.ts'
import { edited, edits, isObject, json, jsonText, parsed } from './json.ts'
import { type Attempt, attempts } from './sign-in.ts'

const OURS = 'notes-spa https://login.example.com '
const SHELVES = [
  ...['return', 'login', 'farewell', 'failed'].flatMap((shelf) => [`latchkey ${shelf} `, `latchkey ${shelf} ${OURS}`]),
  'latchkey metadata https://login.example.com',
  'latchkey ',
]
const NOW = Date.parse('2026-11-21T12:00:00Z')
const time = fc.oneof(
  json,
  fc.constantFrom(NOW, NOW - 599_000, NOW - 600_001, NOW + 599_000, NOW + 601_000).map(String),
)
const kept = fc.oneof(
  jsonText,
  json,
  fc.tuple(json, time).map(([value, at]) => `{"value":${value},"at":${at}}`),
  fc.tuple(time, time).map(([value, at]) => `{"at":${at},"value":${value}}`),
)
const entry = fc.tuple(
  fc.constantFrom(...SHELVES),
  fc.oneof(fc.constantFrom('', 'logins', '__proto__', 'x', 'A'.repeat(43)), jsonText),
  kept,
)

describe('What other scripts left in the storage', () => {
  it('makes nothing reject, and no sign-in fail that is right', { timeout: LONG }, async () => {
    const next = attempts({ provider: { algorithm: 'ES256' } })
    await forAll(60, fc.array(entry, { maxLength: 6 }), async (entries) => {
      const attempt = await next()
      for (const [shelf, name, text] of entries) attempt.tab.sessionStorage.setItem(shelf + name, text)
      expect(await attempt.finish()).toBe('signed-in')
    })
  })

  it('signs nobody in where no login is under way', { timeout: LONG }, async () => {
    const next = attempts({ provider: { algorithm: 'ES256' } })
    const query = fc.oneof(
      fc.constantFrom('', '?code=x', `?code=x&state=${'A'.repeat(43)}`, '?state=__proto__&error=x'),
      jsonText.map((text) => `?code=x&state=${encodeURIComponent(Buffer.from(text).toString())}`),
    )
    await forAll(60, fc.tuple(fc.array(entry, { minLength: 1, maxLength: 6 }), query), async ([entries, search]) => {
      const attempt = await next()
      attempt.tab.sessionStorage.clear()
      for (const [shelf, name, text] of entries) attempt.tab.sessionStorage.setItem(shelf + name, text)
      expect(await attempt.finish(HOME + search)).not.toBe('signed-in')
    })
  })

  it('in place of a pending login lets nobody in but with what that login knew', { timeout: LONG }, async () => {
    const next = attempts({ provider: { algorithm: 'ES256' } })
    const names = ['state', 'nonce', 'verifier', 'scope', 'begunAt', 'maxAge', 'acrValues']
    await forAll(100, edits(names), async (changes) => {
      const attempt = await next()
      const [key, pending] = pendingLogin(attempt)
      const changed = edited(pending, changes)
      attempt.tab.sessionStorage.setItem(key, `{"value":${changed},"at":${Date.now()}}`)
      const outcome = await attempt.finish()
      const now = parsed(changed)
      const same = (name: string) => isObject(now) && now[name] === pending[name]
      if (!same('state')) expect(outcome, changed).toBe('callback_invalid')
      if (outcome === 'signed-in') expect(['verifier', 'nonce'].filter(same), changed).toHaveLength(2)
      if (changed === JSON.stringify(pending)) expect(outcome).toBe('signed-in')
    })
  })
})

function pendingLogin({ tab, state }: Attempt): [string, Record<string, unknown>] {
  const key = `latchkey login notes-spa https://login.example.com ${state}`
  const kept = parsed(tab.sessionStorage.getItem(key) ?? '')
  if (!isObject(kept) || !isObject(kept.value)) throw new Error('No login is pending.')
  return [key, kept.value]
}
