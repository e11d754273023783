// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { backFromProvider, backWith, firstVisit, reloaded, type Script, type Stage } from '../browser.ts'
import { expectSignedOut } from '../outcome.ts'
import { HOME } from '../tab.ts'
import { expectRefusedCallback } from './refused-callback.ts'

const at = (redirectUri: string): Script => ({
  options: { redirectUri },
  provider: { redirectUris: [new URL(redirectUri, HOME).href] },
})

/** Nothing is taken off the URL, and the login that is under way can still be finished. */
async function expectLeftAlone(stage: Stage): Promise<void> {
  const shown = stage.tab.url()
  expect(await stage.auth.start()).toEqual({ status: 'signed-out' })
  expect(stage.tab.url()).toBe(shown)
  expect(stage.provider.requestsTo('token')).toEqual([])
  const right = await stage.provider.visit(stage.tab.departures[0] ?? '')
  expect(await reloaded(stage, right).auth.start()).toMatchObject({ status: 'signed-in' })
}

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
  it.each(Object.entries(WITHOUT))(
    'B14 is none of ours with %s, and a state that nobody waits for',
    async (_, change) => {
      const stage = await backWith((url) => {
        url.searchParams.set('state', 'A'.repeat(43))
        change(url)
      }, script)
      await expectLeftAlone(stage)
    },
  )

  it.each(Object.entries(WITHOUT))(
    'B14 is one of ours with %s, where a login waits for its state',
    async (_, change) => {
      const { auth, tab } = await backWith(change, script)
      expect(await auth.start()).toMatchObject({ status: 'signed-in' })
      expect(tab.url()).toBe(HOME)
    },
  )

  it('B14 may have more beside it, in any order', async () => {
    const stage = await backWith((url) => {
      url.search = `?lang=de&app=2&x=y&${url.search.slice(1)}`
    }, script)
    expect(await stage.auth.start()).toMatchObject({ status: 'signed-in' })
  })
})

describe('A page that is nearly the redirect URI', () => {
  const NEARLY = ['signed-in/', 'Signed-in', 'signed-in/x', 'signed-i', 'signed%2din', 'x/../signed-inx', '']

  it.each(NEARLY)('B14 is left alone with a response that nobody waits for: /%s', async (path) => {
    for (const state of ['A'.repeat(43), 'bavaria', '']) {
      const stage = await backWith((url) => {
        url.pathname = `/${path}`
        url.searchParams.set('state', state)
      }, at('/signed-in'))
      await expectLeftAlone(stage)
    }
  })

  // Web servers send people on from one spelling of a path to another.
  it.each(NEARLY)('B14 is taken with the state of a login of this tab: /%s', async (path) => {
    const { auth, tab } = await backWith((url) => {
      url.pathname = `/${path}`
    }, at('/signed-in'))
    expect(await auth.start()).toMatchObject({ status: 'signed-in' })
    expect(tab.url()).toBe(HOME)
  })

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
