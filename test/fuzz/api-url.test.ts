// @vitest-environment node
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isWithin } from '../../src/vault/api-urls.ts'
import { HOME } from '../tab.ts'
import { isPlain, staysWithin } from './api-url-oracle.ts'
import { codeOf, forAll, LONG } from './fuzz.ts'
import { attempts } from './sign-in.ts'

const API = fc.constantFrom(
  'https://api.example.com/',
  'https://api.example.com/api',
  'https://api.example.com/api/',
  'https://api.example.com/a/b/c',
  'https://api.example.com/a%2fb/c',
  'https://api.example.com:8443/api',
  'http://localhost:5171/api',
  'http://[::1]:5171/',
  'https://xn--e1afmkfd.example/api',
)

const scheme = fc.constantFrom(
  'https:',
  'http:',
  'HTTPS:',
  'h\nttps:',
  'wss:',
  'blob:https:',
  'https',
  'javascript:',
  ' https:',
)
const slashes = fc.constantFrom('//', '//', '//', '/', '\\\\', '///', '/\\', '\t//', '')
const userinfo = fc.constantFrom('', '', '', '', '@', 'a@', 'a:b@', 'api.example.com@', 'api.example.com:443@', '%40@')
const host = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('api.example.com', 'localhost', '[::1]', 'xn--e1afmkfd.example') },
  fc.constantFrom('API.EXAMPLE.COM', 'api.example.com.', 'api.example.com..', 'api%2eexample.com', 'api。example。com'),
  fc.constantFrom(
    'api.example.com.evil.tld',
    'evil.tld',
    'xapi.example.com',
    'x.api.example.com',
    'example.com',
    'аpi.example.com',
  ),
  fc.constantFrom(
    'ａｐｉ.example.com',
    'api.example.com%00.evil.tld',
    'api.example.com%2f.evil.tld',
    'api.example.com\\.evil.tld',
  ),
  fc.constantFrom(
    'пример.example',
    '127.0.0.1',
    '0x7f.1',
    '[::ffff:127.0.0.1]',
    '2130706433',
    'localhost.',
    'ap\u00adi.example.com',
  ),
)
const port = fc.constantFrom('', '', '', ':443', ':8443', ':5171', ':0443', ':80', ':', ':99999')
const letters = (text: string, choices: readonly number[]) =>
  Array.from(text, (letter, at) =>
    choices[at % choices.length] || letter > '~' ? letter : `%${letter.charCodeAt(0).toString(16).padStart(2, '0')}`,
  ).join('')

/** The same text as somebody would write it who hides it from a reader that decodes so many times. */
const encoded = (text: string): fc.Arbitrary<string> =>
  fc
    .array(fc.array(fc.nat(3), { minLength: 12, maxLength: 12 }), { maxLength: 4 })
    .map((layers) => layers.reduce(letters, text))

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('api', 'a', 'b', 'c', 'a%2fb', 'notes') },
  fc.constantFrom('..', '.', '', '...', '..a', '%2e%2e', '%2E.', '.%2e', '%2e', '..;', '..;x=1', ';..', '.;', 'api;..'),
  fc.constantFrom(
    '%252e%252e',
    '%25252e%25252e',
    '%2525252e%2525252e',
    '..%00',
    '..%20',
    '..%09',
    '%c0%ae%c0%ae',
    '\uff0e\uff0e',
  ),
  fc.constantFrom('/../x', '..', '/..', '../', '\\..\\', '..;').chain(encoded),
  fc.constantFrom('API', 'ap%69', 'api%20', 'apix', 'api%00', 'a\tpi', 'x\ny', '%', '%zz', '%u002e'),
)
const separator = fc.oneof(
  { weight: 5, arbitrary: fc.constant('/') },
  fc.constantFrom(
    '//',
    '\\',
    '%2f',
    '%2F',
    '%5c',
    '%5C',
    '%252f',
    '%25252f',
    '%3b',
    '%253b',
    '/./',
    '/../',
    '%2f..%2f',
    '\n/',
    '?',
    '#',
  ),
)
const path = fc
  .array(fc.tuple(separator, piece), { maxLength: 7 })
  .map((pairs) => pairs.map(([between, text]) => between + text).join(''))
const address = fc.oneof(
  fc.tuple(scheme, slashes, userinfo, host, port, path).map((parts) => parts.join('')),
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('https://api.example.com', 'https://api.example.com:8443', 'http://localhost:5171'), path)
      .map((parts) => parts.join('')),
  },
)

/** Whether `fetch` would not refuse the URL by itself. */
function isFetchable(target: string | URL): boolean {
  if (!URL.canParse(target, HOME)) return false
  const { username, password } = new URL(target, HOME)
  return username + password === ''
}

describe('A URL that was made up', () => {
  it('H02 to H09 gets the token only if every server would find it within the API', { timeout: LONG }, async () => {
    await forAll(10_000, fc.tuple(API, address), ([api, text]) => {
      if (!URL.canParse(text)) return
      const { href, username, password } = new URL(text)
      // No request can be made to a URL with a user in it.
      if (username || password) return
      if (isWithin(new URL(api), href) && new URL(api).pathname !== '/')
        expect(staysWithin(api, href), `${href} in ${api}`).toBe(true)
    })
  })

  it('H04, H09 gets the token if it is within the API and hides nothing', { timeout: LONG }, async () => {
    await forAll(10_000, fc.tuple(API, address), ([api, text]) => {
      if (!URL.canParse(text) || !isPlain(text)) return
      const { href, username, password } = new URL(text)
      if (!username && !password) expect(isWithin(new URL(api), href), `${href} in ${api}`).toBe(staysWithin(api, href))
    })
  })

  it('H01 to H10 is sent with the token to the API, or not at all', { timeout: LONG }, async () => {
    const api = 'https://api.example.com/a/'
    const next = attempts({ provider: { algorithm: 'ES256' }, options: { apis: [{ url: api }] } })
    const lists = fc.array(fc.tuple(fc.oneof(address, path, fc.webUrl()), fc.constantFrom('text', 'URL', 'Request')), {
      minLength: 20,
      maxLength: 40,
    })
    await forAll(20, lists, async (list) => {
      const attempt = await next()
      expect(await attempt.finish()).toBe('signed-in')
      for (const [text, as] of list) {
        const before = attempt.provider.requests.length
        if (as !== 'text' && !URL.canParse(text)) continue
        const target = as === 'URL' ? new URL(text) : text
        const ask = () => attempt.auth().authFetch(as === 'Request' ? new Request(text) : target)
        if (as === 'Request' && Object(new URL(text)).username + Object(new URL(text)).password) continue
        const code = await codeOf(ask, attempt.secrets())
        const sent = attempt.provider.requests.slice(before)
        expect(isFetchable(target) ? [undefined, 'api_not_allowed'] : ['configuration'], text).toContain(code)
        expect(sent.length, text).toBe(code ? 0 : 1)
        for (const { url } of sent) expect(staysWithin(api, url.href), url.href).toBe(true)
      }
    })
  })

  it.each(['%2e', '.', '..;', '%', '%25', '/', '%2f', '\\', '..%2'])(
    'L08, H09 of three megabytes is judged in a time that grows with its length: %j over and over',
    { timeout: LONG },
    (text) => {
      // In quadratic time it would take hours.
      const url = `https://api.example.com/api/${text.repeat(1_000_000)}`
      if (URL.canParse(url))
        expect(typeof isWithin(new URL('https://api.example.com/api/'), new URL(url).href)).toBe('boolean')
    },
  )
})
