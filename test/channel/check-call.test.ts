// @vitest-environment node
import { describe, expect, it } from 'vitest'
import type { Vault } from '../../src/contract/vault.ts'
import { quiet, stage, stranger } from './line.ts'

const HELLO = { id: 0, name: 'hello', argument: 1, mark: '' }
const REQUEST = {
  id: 1,
  repeatable: 'repeatable',
  members: { url: 'https://api.example.com/', method: 'GET' },
  headers: [],
  body: undefined,
}

/** A vault that notes what it is asked for. */
function noting() {
  const asked: string[] = []
  const note =
    <Value>(name: string, value: Value) =>
    async () => {
      asked.push(name)
      return value
    }
  const doing: Partial<Vault> = {
    beginLogin: note('beginLogin', { url: '', state: '' }),
    redeemLogin: note('redeemLogin', undefined),
    fetch: note('fetch', new Response('yes')),
    userInfo: note('userInfo', { sub: 'ada' }),
    accessToken: note('accessToken', ''),
    logout: note('logout', undefined),
    dispose: () => void asked.push('dispose'),
  }
  return { ...stage(doing), asked }
}

const codes = (heard: readonly unknown[]) =>
  heard.flatMap((said) => (said as { error?: { code: string } }).error?.code ?? [])

describe('K11 What a vault is told', () => {
  it.each<[string, unknown]>([
    ['null', null],
    ['a text', 'hello'],
    ['a number', 7],
    ['a list', [HELLO]],
    ['nothing in it', {}],
    ['no number', { name: 'userInfo', argument: undefined, mark: '' }],
    ['a number that is none', { id: '1', name: 'userInfo', argument: undefined, mark: '' }],
    ['a number without end', { id: Infinity, name: 'userInfo', argument: undefined, mark: '' }],
    ['no name', { id: 1, argument: undefined, mark: '' }],
    [
      'more than a call has',
      { id: 1, name: 'userInfo', argument: undefined, mark: '', issuer: 'https://evil.example' },
    ],
    ['a Map', new Map([['id', 1]])],
    ['an error', new Error('hello')],
  ])('is not answered where it is no call: %s', async (_, message) => {
    const { line, asked } = noting()
    const { heard, says } = stranger(line())
    await says(HELLO)
    const before = heard.length
    await says(message)
    expect(asked).toEqual([])
    expect(heard).toHaveLength(before)
  })

  it.each<[string, unknown]>([
    ['settings', { issuer: 'https://evil.example' }],
    ['constructor', undefined],
    ['__proto__', undefined],
    ['toString', undefined],
    ['state', undefined],
    ['subscribe', undefined],
    ['client', undefined],
    ['userInfo', 'https://evil.example/userinfo'],
    ['logout', {}],
    ['connect', { issuer: 'https://evil.example' }],
    ['redeemLogin', { query: '?code=1' }],
    ['redeemLogin', undefined],
    ['beginLogin', undefined],
    ['beginLogin', { issuer: 'https://evil.example' }],
    ['beginLogin', { parameters: { prompt: { toString: 'none' } } }],
    ['beginLogin', { parameters: ['none'] }],
    ['beginLogin', { stepUp: { scope: [] } }],
    ['accessToken', { url: 'https://api.example.com/' }],
    ['fetch', 'https://api.example.com/'],
    ['fetch', { ...REQUEST, id: '1' }],
    ['fetch', { ...REQUEST, repeatable: 'always' }],
    ['fetch', { ...REQUEST, headers: [['x', 'y', 'z']] }],
    ['fetch', { ...REQUEST, headers: { authorization: 'Bearer x' } }],
    ['fetch', { ...REQUEST, body: 'text' }],
    ['fetch', { ...REQUEST, body: { size: 1 } }],
    ['fetch', { ...REQUEST, members: 'GET' }],
    ['fetch', { ...REQUEST, redirect: 'https://evil.example' }],
    ['pull', '1'],
    ['cancel', {}],
    ['framed', { id: 1, url: 7 }],
    ['bye', 'please'],
  ])('is refused where there is no such call, or not with such an argument: %s %j', async (name, argument) => {
    const { line, asked } = noting()
    const { heard, says } = stranger(line())
    await says(HELLO, { id: 1, name, argument, mark: '' })
    expect(asked).toEqual([])
    expect(codes(heard)).toEqual(['configuration'])
  })

  it.each(['connect', 'userInfo', 'logout', 'wake', 'dispose'])('is refused before a hello: %s', async (name) => {
    const { line, asked } = noting()
    const { heard, says } = stranger(line())
    await says({ id: 1, name, argument: undefined, mark: '' })
    expect(asked).toEqual([])
    expect(codes(heard)).toEqual(['configuration'])
  })

  it('is refused for ever where it is of another build, and changes nothing for who has said hello', async () => {
    const { line, asked, state } = noting()
    const { heard, says } = stranger(line())
    await says({ ...HELLO, argument: 2 }, { id: 1, name: 'userInfo', argument: undefined, mark: '' })
    expect(codes(heard)).toEqual(['vault_unavailable', 'configuration'])
    await says(HELLO, { ...HELLO, argument: 0 }, { id: 2, name: 'userInfo', argument: undefined, mark: '' })
    expect(codes(heard)).toEqual(['vault_unavailable', 'configuration', 'vault_unavailable'])
    expect(asked).toEqual(['userInfo'])
    const before = heard.length
    state.set({ status: 'signed-out' })
    await quiet()
    expect(heard).toHaveLength(before + 1)
  })

  it.each(['not a url', 'https://me:secret@api.example.com/', 'relative'])(
    'is refused where fetch() would refuse it: %s',
    async (url) => {
      const { line, asked } = noting()
      const { heard, says } = stranger(line())
      await says(HELLO, { id: 1, name: 'fetch', argument: { ...REQUEST, members: { url } }, mark: '' })
      expect(asked).toEqual([])
      expect(codes(heard)).toEqual(['configuration'])
    },
  )

  it('takes of a request only what it knows', async () => {
    const requests: Request[] = []
    const { line } = stage({
      async fetch(request) {
        requests.push(request)
        return new Response(null, { status: 204 })
      },
    })
    const { says } = stranger(line())
    const members = {
      url: 'https://api.example.com/',
      method: 'GET',
      signal: 'x',
      window: null,
      duplex: 'full',
      keepalive: 1,
    }
    await says(HELLO, { id: 1, name: 'fetch', argument: { ...REQUEST, members }, mark: '' })
    expect(requests.map(({ url, keepalive, referrer }) => [url, keepalive, referrer])).toEqual([
      ['https://api.example.com/', false, 'about:client'],
    ])
  })

  it('is one request for each number', async () => {
    const { line } = stage({ fetch: () => new Promise(() => {}) })
    const { heard, says } = stranger(line())
    const call = { name: 'fetch', argument: REQUEST, mark: '' }
    await says(HELLO, { id: 1, ...call }, { id: 2, ...call })
    expect(codes(heard)).toEqual(['configuration'])
  })
})
