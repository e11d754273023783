// @vitest-environment node
import type { User } from 'latchkey'
import { describe, expect, it } from 'vitest'
import { signedIn } from '../browser.ts'
import { comingBackWith, type Outcome, withClaims } from '../coming-back.ts'
import { reasonOf } from '../outcome.ts'

function userOf({ state }: Outcome): User {
  if (state.status !== 'signed-in') throw reasonOf(state)
  return state.session.user
}

/** The payload with these members before or after all others. */
const withJson = (members: string) => comingBackWith({ payload: (json) => `{${members},${json.slice(1)}` })

describe('The user', () => {
  it('is the person, and not the protocol', async () => {
    const { auth } = await signedIn()
    if (auth.state.status !== 'signed-in') throw reasonOf(auth.state)
    expect({ ...auth.state.session.user }).toEqual({ sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' })
    expect(auth.state.session.scope).toEqual(['openid', 'profile', 'email', 'notes:read', 'notes:write'])
  })

  it.each(['iss', 'aud', 'azp', 'exp', 'iat', 'nbf', 'nonce', 'at_hash', 'sid', 'jti'])(
    'has no %s, which serves the protocol alone',
    async (claim) => {
      const user = userOf(await withClaims({ sid: 's', jti: 'j', azp: 'notes-spa', nbf: 1 }))
      expect(Object.keys(user)).not.toContain(claim)
    },
  )

  it.each(['name', 'email', 'picture'])('D43 has a %s only if it is text', async (claim) => {
    for (const value of [42, null, true, [], ['x'], {}, { toString: 1 }])
      expect(Object.keys(userOf(await withClaims({ [claim]: value }))), JSON.stringify(value)).not.toContain(claim)
    expect(userOf(await withClaims({ [claim]: '<b>Ada</b>' }))[claim]).toBe('<b>Ada</b>')
  })

  it('D43 keeps claims that this library does not know, of every type', async () => {
    const claims = {
      roles: ['admin', 'user'],
      address: { country: 'UK' },
      age: 36,
      email_verified: false,
      nothing: null,
    }
    expect(userOf(await withClaims(claims))).toMatchObject(claims)
  })

  it('D43 cannot be changed, however deep', async () => {
    const user = userOf(await withClaims({ address: { lines: ['1 Analytical Row'] } }))
    const { lines } = user.address as { lines: string[] }
    expect(() => Object.assign(user, { isAdmin: true })).toThrow(TypeError)
    expect(() => Object.assign(user.address as object, { country: 'x' })).toThrow(TypeError)
    expect(() => lines.push('x')).toThrow(TypeError)
  })

  const HOSTILE = [
    '"__proto__":{"isAdmin":true,"polluted":1}',
    '"constructor":{"prototype":{"isAdmin":true,"polluted":1}}',
    '"prototype":{"isAdmin":true}',
    '"address":{"__proto__":{"isAdmin":true}}',
    '"hasOwnProperty":1,"valueOf":1,"toString":1,"toJSON":1,"then":1',
    '"__defineGetter__":1,"__lookupSetter__":1',
    '"then":{"then":{}},"catch":1,"finally":1',
    '"":1,"0":2,"length":3,"name\\u0000":4,"\\ud800":5,"💥":6',
  ]
  it.each(HOSTILE)('D43, I12 is a plain object that inherits nothing: %s', async (members) => {
    const user = userOf(await withJson(members))
    expect(user.isAdmin).toBeUndefined()
    expect(({} as { isAdmin?: unknown; polluted?: unknown }).isAdmin).toBeUndefined()
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    expect([Object.prototype, null]).toContain(Object.getPrototypeOf(user))
    expect(await Promise.resolve(user)).toBe(user)
    expect(user.sub).toBe('ada')
    expect(JSON.parse(JSON.stringify(user)).sub).toBe('ada')
  })
})
