// @vitest-environment node
import type { ProviderMetadata } from 'latchkey'
import { changes } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { firstVisit, returning, type Stage } from '../browser.ts'
import { expectRefusal } from '../outcome.ts'
import { asked, PROTOCOL } from './asked.ts'

const METADATA: ProviderMetadata = {
  authorization_endpoint: 'https://login.example.com/authorize',
  token_endpoint: 'https://login.example.com/token',
  jwks_uri: 'https://login.example.com/jwks',
}

const saying = (members: Record<string, unknown>): Stage => {
  const stage = firstVisit()
  stage.provider.faults.discovery.always(changes((body) => ({ ...body, ...members })))
  return stage
}

const given = (members: Record<string, unknown>) => ({ metadata: { ...METADATA, ...members } as ProviderMetadata })

/** Refused where the provider says this of itself, and where the app says it: nobody is sent anywhere. */
async function expectUnusable(members: Record<string, unknown>): Promise<void> {
  const { auth, tab, options } = saying(members)
  await expectRefusal(auth.login(), 'configuration')
  await expectRefusal(() => tab.createAuth({ ...options, ...given(members) }), 'configuration')
  expect(tab.departures).toEqual([])
  expect(Object.keys(tab.sessionStorage)).toEqual([])
}

const each = (values: readonly unknown[]) => values.map((value) => ({ value }))

describe('PKCE', () => {
  it.each(each([['plain'], [], ['s256'], ['S256 '], ['S512'], [null], [['S256']], ['plain', '']]))(
    'A02 is never less than S256: refused where $value is supported',
    async ({ value }) => {
      await expectUnusable({ code_challenge_methods_supported: value })
    },
  )

  it.each(each([undefined, null, ['S256'], ['plain', 'S256'], 'plain', 42, {}]))(
    'A03 is S256 where the provider says $value',
    async ({ value }) => {
      const members = { code_challenge_methods_supported: value }
      for (const open of [() => saying(members), () => firstVisit({ options: given(members) })]) {
        const stage = open()
        await stage.auth.login()
        expect(asked(stage).get('code_challenge_method')).toBe('S256')
        expect(asked(stage).get('code_challenge')).toMatch(/^[\w-]{43}$/)
        expect(await (await returning(stage)).auth.start()).toMatchObject({ status: 'signed-in' })
      }
    },
  )
})

describe('The authorization endpoint', () => {
  const at = async (authorization_endpoint: string): Promise<Stage> => {
    const stage = firstVisit()
    stage.provider.faults.discovery.always(changes((body) => ({ ...body, authorization_endpoint })))
    await stage.auth.login()
    return stage
  }

  const SPELLINGS = (name: string) => [
    `${name}=evil`,
    `${name}`,
    `${name}=evil&${name}=evil`,
    `x=y&${[...name].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('')}=evil`,
  ]
  it.each(PROTOCOL)('A10 cannot bring along a %s of its own', async (name) => {
    for (const query of SPELLINGS(name)) {
      const stage = await at(`https://login.example.com/authorize?${query}`)
      expect(asked(stage).getAll(name)).toHaveLength(1)
      expect(asked(stage).get(name)).not.toBe('evil')
      expect(asked(stage).get(name)).not.toBe('')
    }
  })

  it('A10 cannot bring along a resource, nor repeat what the app asks for', async () => {
    const stage = firstVisit({ options: { parameters: { audience: 'api', prompt: 'login' } } })
    const authorization_endpoint = 'https://login.example.com/authorize?audience=evil&resource=urn:evil&prompt=none'
    stage.provider.faults.discovery.always(changes((body) => ({ ...body, authorization_endpoint })))
    await stage.auth.login()
    expect(asked(stage).getAll('audience')).toEqual(['api'])
    expect(asked(stage).getAll('prompt')).toEqual(['login'])
    expect(asked(stage).getAll('resource')).toEqual([])
  })

  it('A11 keeps its own query, encoded right', async () => {
    const query = 'tenant=a%20b&q=%26%3D%2B%23%25&one=1&two=2&flag&empty=&%C3%A4=%F0%9F%92%A5'
    const stage = await at(`https://login.example.com/authorize?${query}`)
    const kept = [...asked(stage)].filter(([name]) => !PROTOCOL.includes(name))
    expect(kept).toEqual([
      ['tenant', 'a b'],
      ['q', '&=+#%'],
      ['one', '1'],
      ['two', '2'],
      ['flag', ''],
      ['empty', ''],
      ['ä', '💥'],
    ])
    expect(await (await returning(stage)).auth.start()).toMatchObject({ status: 'signed-in' })
  })

  it.each(['#x', '#', '#?state=x', '?a=b#x', '#access_token=x'])('A12 loses its fragment: %s', async (end) => {
    const stage = await at(`https://login.example.com/authorize${end}`)
    expect(stage.tab.departures[0]).not.toContain('#')
    expect(stage.tab.departures[0]).not.toContain('access_token')
    expect(await (await returning(stage)).auth.start()).toMatchObject({ status: 'signed-in' })
  })

  const DANGEROUS = [
    'javascript:alert(1)',
    'javascript:alert(1)//https://login.example.com/',
    'javascript://login.example.com/%0aalert(1)',
    '\tJaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    '\u0000javascript:alert(1)',
    'java\nscript:alert(1)',
    'java\r\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'blob:https://login.example.com/x',
    'file:///etc/passwd',
    'vbscript:x',
    'about:blank',
    'ftp://login.example.com/',
    'ws://login.example.com/',
    'wss://login.example.com/',
    'intent://login.example.com/#Intent;end',
    'view-source:https://login.example.com/',
    'http://login.example.com/authorize',
    'http://localhost/authorize',
    'http://127.0.0.1/authorize',
    'https://ada:pw@login.example.com/authorize',
    'https://login.example.com@evil.example:99999/',
    'https://',
    'https:///',
    '//login.example.com/authorize',
    '/authorize',
    'authorize',
    '?x',
    '',
    ' ',
    null,
    undefined,
    42,
    true,
    {},
    ['https://login.example.com/authorize'],
    { href: 'https://login.example.com/authorize' },
  ]
  it.each(each(DANGEROUS))('A13 is never $value', async ({ value }) => {
    await expectUnusable({ authorization_endpoint: value })
  })
})
