// @vitest-environment node
import { AuthError, createAuth } from 'latchkey'
import { describe, expect, it } from 'vitest'
import { leaksIn, lookalikesIn } from './leaks.ts'
import { everythingMade, watched } from './witness.ts'

const SECRET = 'secret+/=1'

describe('A leak is found', () => {
  const hidden = Object.defineProperty({}, 'token', { value: SECRET, enumerable: false })
  const inherited = Object.create({ token: SECRET })
  const getter = {
    get token() {
      return SECRET
    },
  }
  it.each<[string, unknown]>([
    ['in a text', `x${SECRET}x`],
    ['in a URL', `https://x.example/?t=${encodeURIComponent(SECRET)}`],
    ['deep in an object', { a: [{ b: { c: { d: SECRET } } }] }],
    ['as the name of a property', { [SECRET]: 1 }],
    ['in a property that is not enumerable', hidden],
    ['behind a getter', getter],
    ['in the cause of an error', new Error('x', { cause: { body: SECRET } })],
    ['in the message of an error', new Error(SECRET)],
    ['in a Map', new Map([['token', SECRET]])],
    ['in what toJSON answers', { toJSON: () => SECRET }],
    ['in what toString answers', { toString: () => SECRET }],
    ['under a symbol', { [Symbol('token')]: SECRET }],
    ['in the source of a function', new Function(`return '${SECRET}'`)],
  ])('%s', (_, value) => {
    expect(leaksIn(value, ['other', SECRET])).toEqual([SECRET])
  })

  it('and nothing else is', () => {
    expect(leaksIn({ a: 'secre', b: [inherited.other, null, undefined, 42] }, [SECRET])).toEqual([])
    expect(leaksIn(() => SECRET, [SECRET])).toEqual([])
  })
})

describe('What tests made is noticed', () => {
  it('an error that nobody looked at, or that somebody caught', () => {
    expect(everythingMade()).toEqual([])
    void Promise.reject(new AuthError('network', SECRET)).catch(() => {})
    new AuthError('provider_error', 'x', { provider: { error: 'x', description: SECRET } })
    const made = everythingMade()
    expect(made).toHaveLength(2)
    for (const error of made) expect(leaksIn(error, [SECRET])).toEqual([SECRET])
    expect(everythingMade()).toEqual([])
  })

  it('what it throws is an AuthError as ever', () => {
    const error = new AuthError('network', 'text', { retryAfter: 1 })
    expect([error instanceof AuthError, error instanceof Error]).toEqual([true, true])
    expect([error.name, error.code, error.message, error.retryAfter]).toEqual(['AuthError', 'network', 'text', 1])
    expect(Object.getPrototypeOf(AuthError.prototype)).toBe(Error.prototype)
    everythingMade()
  })

  it('the states of a client, and the client', async () => {
    const auth = watched(createAuth({ issuer: 'https://login.example.com', clientId: 'x', fetch }))
    expect(everythingMade()).toEqual([auth.state, auth])
  })

  it.each([
    'code-123e4567-e89b-42d3-a456-426614174000',
    'refresh-123e4567-e89b-42d3-a456-426614174000',
    'Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl',
  ])('whatever looks like a secret, though no test knows of it: %s', (text) => {
    expect(lookalikesIn(`before ${text} after`)).toHaveLength(1)
    expect(lookalikesIn('code refresh-token eyes hey.you they.are')).toEqual([])
  })
})
