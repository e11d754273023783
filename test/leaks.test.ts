// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { leaksIn } from './leaks.ts'

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
