// @vitest-environment node
import fc from 'fast-check'
import { answers, type Fault } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { codeOf, forAll, LONG } from './fuzz.ts'
import { edited, edits, isObject, type Json, json, parsed } from './json.ts'
import { stages } from './sign-in.ts'

const ISSUER = 'https://login.example.com'
const ENDPOINTS = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const
const NAMES = [
  ...['issuer', ...ENDPOINTS, 'revocation_endpoint', 'end_session_endpoint', 'userinfo_endpoint'],
  ...['code_challenge_methods_supported', 'id_token_signing_alg_values_supported'],
]

const address = fc.constantFrom(
  ...[
    'https://login.example.com/authorize?tenant=1',
    'https://other.example/authorize',
    'https://login.example.com/a#b',
  ],
  ...[
    'http://login.example.com/authorize',
    'http://localhost/authorize',
    'http://127.0.0.1/',
    'http://localhost.evil.example/',
  ],
  ...[
    'javascript:alert(1)',
    '\tJaVaScRiPt:alert(1)',
    'data:text/html,x',
    'blob:https://login.example.com/x',
    'file:///etc',
  ],
  ...[
    'https://a:b@login.example.com/',
    'https://a@login.example.com/',
    '//login.example.com/',
    '/authorize',
    'authorize',
  ],
  ...[
    'https:login.example.com',
    'https:\\\\login.example.com',
    'ftp://login.example.com/',
    'https://',
    'https://[',
    '',
  ],
)
const wrong = fc.oneof(
  json,
  address.map((text) => JSON.stringify(text)),
  fc.constantFrom(
    '["S256"]',
    '["plain"]',
    '[]',
    '["s256"]',
    '"S256"',
    '["plain","S256"]',
    '[["S256"]]',
    '[null,"S256"]',
  ),
)

/** The page to leave for, if RFC 8414 2 and 3.3 let this document be used at all. */
function authorizationPage(text: Json): string | undefined {
  const document = parsed(text)
  if (!isObject(document) || document.issuer !== ISSUER) return undefined
  const methods = document.code_challenge_methods_supported
  if (Array.isArray(methods) && !methods.includes('S256')) return undefined
  const pages = ENDPOINTS.map((name) => {
    const value = Object.hasOwn(document, name) ? document[name] : undefined
    const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined
    return url?.protocol === 'https:' && !url.username && !url.password ? url.origin + url.pathname : undefined
  })
  return pages.includes(undefined) ? undefined : pages[0]
}

describe('A discovery document that was made up', () => {
  it('F01 to F07 leads to its own login page, or nowhere', { timeout: LONG }, async () => {
    const next = stages({ provider: { algorithm: 'ES256' } })
    await forAll(200, edits(NAMES, wrong), async (changes) => {
      const { provider, tab, options } = next()
      let text = ''
      const fault: Fault = async (_, normally) => {
        const response = await normally()
        text = edited((await response.json()) as Record<string, unknown>, changes)
        return new Response(text, response)
      }
      provider.faults.discovery.once(fault)
      const left = tab.departures.length
      const code = await codeOf(() => tab.createAuth(options).login())
      const page = authorizationPage(text)
      expect(code, text).toBe(page ? undefined : 'configuration')
      const departures = tab.departures.slice(left).map((departure) => new URL(departure))
      expect(
        departures.map(({ origin, pathname }) => origin + pathname),
        text,
      ).toEqual(page ? [page] : [])
      for (const { searchParams } of departures)
        for (const name of ['state', 'nonce', 'code_challenge', 'client_id'])
          expect(searchParams.getAll(name)).toHaveLength(1)
    })
  })

  it('F01, F06 of any JSON at all leads nowhere', { timeout: LONG }, async () => {
    const next = stages()
    await forAll(100, fc.oneof(json, fc.string()), async (text) => {
      const { provider, tab, options } = next()
      provider.faults.discovery.once(answers(200, text))
      const left = tab.departures.length
      expect(await codeOf(() => tab.createAuth(options).login()), text).toBe(
        isObject(parsed(text)) ? 'configuration' : 'provider_invalid',
      )
      expect(tab.departures).toHaveLength(left)
    })
  })
})
