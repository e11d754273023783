// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { backFromProvider, backWith, firstVisit, reloaded, type Script } from '../browser.ts'
import { expectSignedOut } from '../outcome.ts'
import { HOME } from '../tab.ts'
import { expectRefusedCallback } from './refused-callback.ts'

const at = (redirectUri: string): Script => ({
  options: { redirectUri },
  provider: { redirectUris: [new URL(redirectUri, HOME).href] },
})

describe('A redirect URI with a query of its own', () => {
  const script = at('/signed-in?app=1&lang=de')

  it('B13, B14 is a callback with that query, which stays', async () => {
    const { auth, tab } = await backFromProvider(script)
    expect(tab.url()).toContain('/signed-in?app=1&lang=de&')
    expect(await auth.start()).toMatchObject({ status: 'signed-in' })
    const lost = await backWith((url) => url.searchParams.set('state', 'A'.repeat(43)), script)
    await expectRefusedCallback(lost)
    expect(lost.tab.url()).toBe(`${HOME}signed-in?app=1&lang=de`)
  })

  const WITHOUT: Record<string, (url: URL) => void> = {
    'none of it': (url) => {
      url.searchParams.delete('app')
      url.searchParams.delete('lang')
    },
    'half of it': (url) => url.searchParams.delete('lang'),
    'another value': (url) => url.searchParams.set('app', '2'),
    'an empty value': (url) => url.searchParams.set('app', ''),
    'another spelling': (url) => {
      url.search = url.search.replace('app=1', 'APP=1')
    },
  }
  it.each(Object.entries(WITHOUT))('B14 is none of ours with %s', async (_, change) => {
    let right = ''
    const stage = await backWith((url) => {
      right = url.href
      change(url)
    }, script)
    const shown = stage.tab.url()
    expect(await stage.auth.start()).toEqual({ status: 'signed-out' })
    expect(stage.tab.url()).toBe(shown)
    expect(stage.provider.requestsTo('token')).toEqual([])
    expect(await reloaded(stage, right).auth.start()).toMatchObject({ status: 'signed-in' })
  })

  it('B14 may have more beside it, in any order', async () => {
    const stage = await backWith((url) => {
      url.search = `?lang=de&app=2&x=y&${url.search.slice(1)}`
    }, script)
    expect(await stage.auth.start()).toMatchObject({ status: 'signed-in' })
  })
})

describe('A page that is nearly the redirect URI', () => {
  it.each(['signed-in/', 'Signed-in', 'signed-in/x', 'signed-i', 'signed%2din', 'x/../signed-inx', ''])(
    'B14 is left alone with a response at /%s',
    async (path) => {
      const stage = await backWith((url) => {
        url.pathname = `/${path}`
      }, at('/signed-in'))
      const shown = stage.tab.url()
      expect(await stage.auth.start()).toEqual({ status: 'signed-out' })
      expect(stage.tab.url()).toBe(shown)
      expect(stage.provider.requestsTo('token')).toEqual([])
    },
  )

  it('B14 is the redirect URI after its dot segments are resolved', async () => {
    const stage = await backFromProvider(at('/x/../signed-in'))
    expect(new URL(stage.tab.url()).pathname).toBe('/signed-in')
    expect(await stage.auth.start()).toMatchObject({ status: 'signed-in' })
  })
})

describe("B14 An app's own query on the redirect URI", () => {
  it.each([
    'code=SUMMER25',
    'code=SUMMER25&state=bavaria',
    `code=SUMMER25&state=${'a'.repeat(42)}`,
    `code=SUMMER25&state=${'a'.repeat(44)}`,
    `code=SUMMER25&state=${'a'.repeat(42)}.`,
    `state=${'a'.repeat(43)}`,
    'error=disk-full',
    'error=access_denied&error_description=x',
    'response=yes',
    'iss=https://evil.example',
    'Code=x&STATE=y',
    'codes=x&code2=y',
    'x=code=1',
  ])('is left alone: %s', async (query) => {
    const { auth, tab, provider } = firstVisit({ url: `${HOME}?${query}#part` })
    expect(await auth.start()).toEqual({ status: 'signed-out' })
    expect(tab.url()).toBe(`${HOME}?${query}#part`)
    expect(provider.requests).toEqual([])
  })

  it('stays as it was written when a response is taken off beside it', async () => {
    const state = 'C'.repeat(43)
    const url = `${HOME}?tab=2&q=a%20b&q=c%2Bd&flag=&code=x&state=${state}&iss=y&session_state=z&codes=1#part`
    const { auth, tab } = firstVisit({ url })
    expectSignedOut(await auth.start(), 'callback_invalid')
    const { searchParams, hash } = new URL(tab.url())
    expect([...searchParams]).toEqual([
      ['tab', '2'],
      ['q', 'a b'],
      ['q', 'c+d'],
      ['flag', ''],
      ['codes', '1'],
    ])
    expect(hash).toBe('#part')
  })

  it('B13 is cleaned of a response in every spelling', async () => {
    const stage = await backWith((url) => {
      const { searchParams } = url
      const encoded = (text: string) => [...text].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('')
      url.search = `?${[...searchParams].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&')}`
    })
    expect(stage.tab.url()).not.toContain('code=')
    const starting = stage.auth.start()
    expect(stage.tab.url()).toBe(HOME)
    expect(await starting).toMatchObject({ status: 'signed-in' })
  })
})
