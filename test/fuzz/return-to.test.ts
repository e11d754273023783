// @vitest-environment node
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HOME } from '../tab.ts'
import { codeOf, forAll, LONG } from './fuzz.ts'
import { json } from './json.ts'
import { ownPlace } from './own-place.ts'
import { attempts, stages } from './sign-in.ts'

const piece = fc.constantFrom(
  ...[
    'https:',
    'http:',
    'HTTPS:',
    'javascript:',
    'data:',
    'blob:',
    'about:blank',
    'file:',
    'h\ttps:',
    'ht\ntps:',
    '\u0000',
  ],
  ...[
    '/',
    '//',
    '///',
    '\\',
    '\\\\',
    '/\\',
    '\t/',
    '\n/',
    '.',
    '..',
    '?',
    '#',
    '@',
    ':',
    ';',
    ' ',
    '%2f',
    '%5c',
    '%09',
    '%',
  ],
  ...[
    'app.example.com',
    'APP.EXAMPLE.COM',
    'app.example.com.',
    'app.example.com:443',
    'app.example.com:444',
    'evil.example',
  ],
  ...[
    'app.example.com.evil.example',
    'a:b@',
    'ａpp.example.com',
    'аpp.example.com',
    '[::1]',
    '0x7f.1',
    'notes',
    'alert(1)',
  ],
)
const place = fc.oneof(
  fc.array(piece, { maxLength: 6 }).map((parts) => parts.join('')),
  fc.webUrl(),
  fc.string({ unit: 'binary' }),
)

describe('A place to return to that was made up', () => {
  it('J13 is one of this origin, or the login does not begin', { timeout: LONG }, async () => {
    const next = stages({ provider: { algorithm: 'ES256' } })
    await forAll(120, place, async (returnTo) => {
      const { provider, tab, options } = next()
      const left = tab.departures.length
      const code = await codeOf(() => tab.createAuth(options).login({ returnTo }))
      const right = ownPlace(returnTo)
      expect(code, returnTo).toBe(right ? undefined : 'configuration')
      expect(tab.departures.length, returnTo).toBe(right ? left + 1 : left)
      if (!right) return
      await tab.follow(provider)
      expect(await tab.createAuth(options).start()).toMatchObject({ status: 'signed-in' })
      expect(tab.url()).toBe(right)
    })
  })

  it('J14 is judged again when it comes out of the storage', { timeout: LONG }, async () => {
    const next = attempts({ provider: { algorithm: 'ES256' } })
    const text = place.map((to) => JSON.stringify(to))
    await forAll(120, fc.oneof({ weight: 3, arbitrary: text }, json), async (value) => {
      const attempt = await next()
      const { sessionStorage } = attempt.tab
      const isPlace = (name: string) => name.startsWith('latchkey return ') && name.endsWith(attempt.state)
      const key = Object.keys(sessionStorage).find(isPlace) ?? ''
      const kept = sessionStorage.getItem(key) ?? ''
      expect(kept).toContain(JSON.stringify(HOME))
      sessionStorage.setItem(
        key,
        kept.replace(JSON.stringify(HOME), () => value),
      )
      expect(await attempt.finish()).toBe('signed-in')
      const to = JSON.parse(value)
      const right = typeof to === 'string' ? ownPlace(to) : undefined
      expect(attempt.tab.url(), value).toBe(right ?? HOME)
    })
  })
})
