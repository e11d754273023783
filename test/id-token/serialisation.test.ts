// @vitest-environment node
import { base64url } from 'jose'
import { changes } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { signedIn } from '../browser.ts'
import {
  comingBackTo,
  comingBackWith,
  expectTokenRefused,
  HEADER,
  payloadOf,
  signedByProvider,
  withBody,
} from '../coming-back.ts'
import { expectSignedOut } from '../outcome.ts'

type Change = (header: string, payload: string, signature: string) => unknown

const parts = (change: Change) => ({
  token(jwt: string) {
    const [header = '', payload = '', signature = ''] = jwt.split('.')
    return change(header, payload, signature)
  },
})

/** The same bytes in the other alphabet of base64, changed where that makes no difference. */
const plain = (text: string) => text.replaceAll('-', '+').replaceAll('_', '/')

const middle = (text: string, put: string) => text.slice(0, 8) + put + text.slice(8)

const encoded = (bytes: string | Uint8Array) => Buffer.from(bytes).toString('base64url')

describe('A broken ID token', () => {
  const BROKEN: Record<string, Change> = {
    'one part': (header) => header,
    'two parts': (header, payload) => `${header}.${payload}`,
    'four parts': (header, payload, signature) => `${header}.${payload}.${signature}.x`,
    'five parts, as if it were encrypted': (header, payload, signature) => `${header}.x.${payload}.y.${signature}`,
    'a part too much, which is empty': (header, payload, signature) => `${header}.${payload}.${signature}.`,
    'an empty part before it': (header, payload, signature) => `.${header}.${payload}.${signature}`,
    'an empty header': (_, payload, signature) => `.${payload}.${signature}`,
    'an empty payload': (header, _, signature) => `${header}..${signature}`,
    'an empty signature': (header, payload) => `${header}.${payload}.`,
    'nothing but dots': () => '..',
    'no dots': (header, payload, signature) => header + payload + signature,
    'another sign between its parts': (header, payload, signature) => `${header}:${payload}:${signature}`,
    'a sign that is no base64': (header, payload, signature) => `!${header}.${payload}.${signature}`,
    'padding at the end': (header, payload, signature) => `${header}.${payload}.${signature}==`,
    'padding in the header': (header, payload, signature) => `${header}=.${payload}.${signature}`,
    'padding in the payload': (header, payload, signature) => `${header}.${payload}=.${signature}`,
    'a line break after it': (header, payload, signature) => `${header}.${payload}.${signature}\n`,
    'a line break in the header': (header, payload, signature) => `${middle(header, '\n')}.${payload}.${signature}`,
    'a line break in the payload': (header, payload, signature) => `${header}.${middle(payload, '\r\n')}.${signature}`,
    'a line break in the signature': (header, payload, signature) => `${header}.${payload}.${middle(signature, '\n')}`,
    'a space before it': (header, payload, signature) => ` ${header}.${payload}.${signature}`,
    'a space after it': (header, payload, signature) => `${header}.${payload}.${signature} `,
    'a tab in the payload': (header, payload, signature) => `${header}.${middle(payload, '\t')}.${signature}`,
    'a NUL in the payload': (header, payload, signature) => `${header}.${middle(payload, '\u0000')}.${signature}`,
    'a percent-encoded dot': (header, payload, signature) => `${header}%2E${payload}.${signature}`,
    'full-width dots': (header, payload, signature) => `${header}．${payload}．${signature}`,
    'letters of another script': (header, payload, signature) => `${header.replace('e', 'е')}.${payload}.${signature}`,
    'a length that base64 never has': (header, payload, signature) =>
      `${header}.${payload}.${signature.slice(0, signature.length - ((signature.length + 3) % 4))}`,
    'a header that is no JSON': (_, payload, signature) => `${encoded('xxx')}.${payload}.${signature}`,
    'a payload that is no JSON': (header, _, signature) => `${header}.${encoded('xxx')}.${signature}`,
    'quotes around it': (header, payload, signature) => `"${header}.${payload}.${signature}"`,
    'the word Bearer before it': (header, payload, signature) => `Bearer ${header}.${payload}.${signature}`,
    'itself after it': (header, payload, signature) =>
      `${header}.${payload}.${signature}${header}.${payload}.${signature}`,
    'itself after a comma': (...all) => `${all.join('.')},${all.join('.')}`,
    'itself in a list': (...all) => [all.join('.')],
    'itself in a list, twice': (...all) => [all.join('.'), all.join('.')],
    'itself in an object': (...all) => ({ id_token: all.join('.') }),
    'itself as a JWS in JSON': (header, payload, signature) => ({ protected: header, payload, signature }),
    'itself as a JWS in JSON, as text': (header, payload, signature) =>
      JSON.stringify({ protected: header, payload, signature }),
    'a number in its place': () => 42,
    'true in its place': () => true,
  }
  it.each(Object.entries(BROKEN))('D41, C15 with %s is refused', async (_, change) => {
    await expectTokenRefused(await comingBackWith(parts(change)))
  })

  it('D41 with a lone surrogate is refused', async () => {
    await expectTokenRefused(await comingBackTo(changes((body) => ({ ...body, id_token: `${body.id_token}\ud800` }))))
  })

  it('D41 in plain base64 is refused', async () => {
    const note = '~~~???>>>'
    const outcome = await comingBackWith({
      claims: (claims) => ({ ...claims, note, more: `${note}ÿÿÿ` }),
      ...parts((header, payload, signature) => {
        const text = plain(`${header}.${payload}.${signature}`)
        expect(text).toMatch(/[+/]/)
        return text
      }),
    })
    await expectTokenRefused(outcome)
  })

  const HEADERS = ['[]', 'null', '42', '"RS256"', 'true', '', ' ', '{', '{}', '{"alg":"RS256"', "{'alg':'RS256'}"]
  it.each(HEADERS)('D41 whose header is %s is refused', async (header) => {
    await expectTokenRefused(await comingBackWith({ token: (jwt) => signedByProvider(header, payloadOf(jwt)) }))
  })

  const PAYLOADS = [
    '[]',
    '[{"sub":"ada"}]',
    'null',
    '42',
    '"ada"',
    'true',
    '',
    ' ',
    '{}',
    '{',
    'undefined',
    'NaN',
    '\u0000',
  ]
  it.each(PAYLOADS)('D41 whose payload is %j, signed, is refused', async (payload) => {
    await expectTokenRefused(await comingBackWith({ token: () => signedByProvider(HEADER, payload) }))
  })

  const AROUND: Record<string, (json: string) => string> = {
    'something after it': (json) => `${json}x`,
    'itself after it': (json) => json + json,
    'a comma at its end': (json) => json.replace(/}$/, ',}'),
    'a comment': (json) => `/* */${json}`,
    'its end missing': (json) => json.slice(0, -1),
    'a NUL after it': (json) => `${json}\u0000`,
    'single quotes': (json) => json.replaceAll('"', "'"),
    'a raw line break in a text': (json) => json.replace('Ada', 'A\nda'),
    'a list around it': (json) => `[${json}]`,
    'a prefix against inclusion': (json) => `)]}',\n${json}`,
    'a hexadecimal number': (json) => json.replace(/"iat":\d+/, '"iat":0x10'),
    'a number that is none': (json) => json.replace(/"iat":\d+/, '"iat":NaN'),
    'UTF-16': (json) => [...json].join('\u0000'),
  }
  it.each(Object.entries(AROUND))('D41 whose payload has %s, signed, is refused', async (_, payload) => {
    await expectTokenRefused(await comingBackWith({ payload }))
  })

  it('D41 with space where JSON may have some is none: it is taken', async () => {
    const payload = (json: string) => ` \t\n${json.replaceAll(',"', '\n,\t"').replaceAll('":', '"  :  ')}\r\n`
    expect((await comingBackWith({ payload })).state.status).toBe('signed-in')
  })

  it('C15, D41 of the login before is refused, and so is an empty one', async () => {
    const { provider } = await signedIn()
    const before = provider.secrets.filter((secret) => secret.startsWith('ey')).at(-1)
    for (const id_token of [before, '', 'null', 'undefined', 'a.b.c', base64url.encode('{}')])
      await expectTokenRefused(await withBody({ id_token }))
  })
})

describe('A member that is there twice', () => {
  const CLAIMS = ['iss', 'aud', 'sub', 'exp', 'iat', 'nonce', 'at_hash', 'name', 'email']
  const right = (json: string, name: string) => JSON.stringify(JSON.parse(json)[name])
  it.each(CLAIMS)('D42 is refused, whichever of the two is wrong: %s', async (name) => {
    const before = (json: string) => `{"${name}":"https://evil.example",${json.slice(1)}`
    const after = (json: string) => `${json.slice(0, -1)},"${name}":"https://evil.example"}`
    const same = (json: string) => `{"${name}":${right(json, name)},${json.slice(1)}`
    for (const payload of [before, after, same]) await expectTokenRefused(await comingBackWith({ payload }))
  })

  const SPELLINGS: Record<string, (json: string) => string> = {
    'an escape': (json) => `{"\\u0073ub":"root",${json.slice(1)}`,
    'an escape after it': (json) => `${json.slice(0, -1)},"su\\u0062":"root"}`,
    'space before the colon': (json) => `${json.slice(0, -1)},"sub"\n\t :"root"}`,
    'an object inside': (json) => `{"address":{"country":"UK","country":"FR"},${json.slice(1)}`,
    'an object in a list': (json) => `{"list":[1,[{"a":1,"a":2}]],${json.slice(1)}`,
    'an empty name': (json) => `{"":1,"":2,${json.slice(1)}`,
    'a name with quotes': (json) => `{"a\\"b":1,"a\\"b":2,${json.slice(1)}`,
    'a name with a backslash at its end': (json) => `{"a\\\\":1,"a\\\\":2,${json.slice(1)}`,
    'a number as name': (json) => `{"7":1,"7":2,${json.slice(1)}`,
    __proto__: (json) => `{"__proto__":{"a":1},"__proto__":{"b":1},${json.slice(1)}`,
    'one of three': (json) => `{"a":1,"a":2,"a":3,${json.slice(1)}`,
    'texts that look like members around it': (json) => `{"a":"\\"b\\":","sub":"root","c":["d",":"],${json.slice(1)}`,
  }
  it.each(Object.entries(SPELLINGS))('D42 is refused in every spelling: %s', async (_, payload) => {
    await expectTokenRefused(await comingBackWith({ payload }))
  })

  it.each([
    '"alg":"none"',
    '"alg":"RS256"',
    '"kid":"evil"',
    '"typ":"JWT"',
    '"cr\\u0069t":["x"],"crit":["x"]',
    '"x":1,"x":1',
  ])('D42 is refused in the header: %s', async (member) => {
    for (const header of [
      `{${member},${JSON.stringify(HEADER).slice(1)}`,
      `${JSON.stringify(HEADER).slice(0, -1)},${member}}`,
    ])
      await expectTokenRefused(await comingBackWith({ token: (jwt) => signedByProvider(header, payloadOf(jwt)) }))
  })

  const LOOKALIKES = [
    '"a":{"sub":"x"},"b":{"sub":"y"}',
    '"list":[{"a":1},{"a":2}],"others":["sub","sub"]',
    '"text":"\\"sub\\":\\"root\\",\\"sub\\":","Sub":"x","sub ":"y","":"z"',
    '"a\\\\":"b","a":"\\\\","c":"\\"","d":":"',
    '"\u2028":"\u2029","é":1,"e\u0301":2',
    '"hasOwnProperty":1,"toString":2,"constructor":3,"valueOf":4',
    '"0":1,"1":2,"-1":3,"1.0":4',
    '"lone":"\\ud800","pair":"\\ud83d\\ude00"',
    '"empty":{},"none":[],"deep":[[[{}]]],"null":null,"colon":":"',
  ]
  it.each(LOOKALIKES)('D42 is not seen where there is none: %s', async (members) => {
    const payload = (json: string) => `{${members},${json.slice(1)}`
    expect((await comingBackWith({ payload })).state.status).toBe('signed-in')
  })
})

// All in a claim that no user is shown: it has to be read all the same.
const inSid = (json: string) => ({ payload: (text: string) => `{"sid":${json},${text.slice(1)}` })

describe('A payload that is huge', () => {
  it.each([700_000, 2 ** 21])('D45 with a claim of %i letters is taken', async (length) => {
    const { state } = await comingBackWith(inSid(`"${'x'.repeat(length)}"`))
    expect(state).toMatchObject({ status: 'signed-in', session: { user: { sub: 'ada' } } })
  })

  it.each([
    ['quotes', '\\"'.repeat(500_000)],
    ['backslashes', '\\\\'.repeat(500_000)],
    ['colons', '\\":'.repeat(300_000)],
    ['space', ' '.repeat(1_000_000)],
    ['letters of four bytes', '💥'.repeat(250_000)],
  ])('D45 with a text of nothing but %s is taken', async (_, text) => {
    expect((await comingBackWith(inSid(`"${text}"`))).state.status).toBe('signed-in')
  })

  it.each([
    ['members', `{${Array.from({ length: 50_000 }, (_, index) => `"claim-${index}":${index}`).join(',')}}`],
    ['items of a list', `[${'0,'.repeat(200_000)}0]`],
    ['space between its members', `{${' '.repeat(1_000_000)}"x"${' '.repeat(500_000)}:1}`],
  ])('D45 with very much of it, %s, is taken', async (_, json) => {
    expect((await comingBackWith(inSid(json))).state.status).toBe('signed-in')
  })

  it('D45 of more than four mebibytes is refused by its size', async () => {
    const { state } = await comingBackWith(inSid(`"${'x'.repeat(3_300_000)}"`))
    expectSignedOut(state, 'provider_invalid')
    const large = await comingBackTo(changes((body) => ({ ...body, note: 'x'.repeat(2 ** 22) })))
    expectSignedOut(large.state, 'provider_invalid')
  })

  const DEEP: Record<string, string> = {
    lists: '['.repeat(20_000) + ']'.repeat(20_000),
    objects: `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
    both: `${'[{"a":'.repeat(20_000)}1${'}]'.repeat(20_000)}`,
  }
  it.each(Object.entries(DEEP))('D45 of %s 20,000 levels deep is refused, and nothing escapes', async (_, deep) => {
    await expectTokenRefused(await comingBackWith({ payload: (json) => `{"deep":${deep},${json.slice(1)}` }))
    await expectTokenRefused(await comingBackWith({ payload: (json) => `{"sub":${deep},${json.slice(1)}` }))
    const header = `{"deep":${deep},${JSON.stringify(HEADER).slice(1)}`
    await expectTokenRefused(await comingBackWith({ token: (jwt) => signedByProvider(header, payloadOf(jwt)) }))
  })

  it('D45 of a hundred levels is taken', async () => {
    const deep = '['.repeat(100) + ']'.repeat(100)
    const { state } = await comingBackWith({ payload: (json) => `{"deep":${deep},${json.slice(1)}` })
    expect(state.status).toBe('signed-in')
  })
})
