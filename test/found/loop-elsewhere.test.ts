// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { firstVisit, reloaded, type Script, type Stage } from '../browser.ts'

/** An app that sends everybody to the provider who is not signed in, on a page nobody touches. */
async function eagerApp(script: Script, change: (callback: URL) => void): Promise<Stage> {
  let now = firstVisit(script)
  const untouch = () =>
    Object.defineProperty(now.tab.window().navigator, 'userActivation', {
      value: { isActive: false },
      configurable: true,
    })
  for (let visit = 0; visit < 6; visit += 1) {
    untouch()
    const state = await now.auth.start()
    const before = now.tab.departures.length
    if (state.status === 'signed-in') return now
    await now.auth.login().catch(() => {})
    if (now.tab.departures.length === before) return now
    const callback = new URL(await now.provider.visit(now.tab.departures.at(-1) ?? ''))
    change(callback)
    now = reloaded(now, callback.href)
  }
  return now
}

describe('L05 An app that logs everybody in by itself leaves at most twice', () => {
  it('L05 where the web server adds a slash to the redirect URI, so that the callback is none', async () => {
    const stage = await eagerApp(
      { options: { redirectUri: '/callback' }, provider: { redirectUris: ['https://app.example.com/callback'] } },
      (url) => {
        url.pathname = '/callback/'
      },
    )
    expect(stage.tab.departures.length).toBeLessThanOrEqual(2)
  })

  it('L05 where the provider answers in the fragment', async () => {
    const stage = await eagerApp({}, (url) => {
      url.hash = url.search.slice(1)
      url.search = ''
    })
    expect(stage.tab.departures.length).toBeLessThanOrEqual(2)
  })

  it('L05 where the provider sends people back with nothing at all', async () => {
    const stage = await eagerApp({}, (url) => {
      url.search = ''
    })
    expect(stage.tab.departures.length).toBeLessThanOrEqual(2)
  })
})

describe('B13 The URL is cleaned', () => {
  it('B13 of a code with the state of a login of this tab, also a slash beside the redirect URI', async () => {
    const stage = await eagerApp(
      { options: { redirectUri: '/callback' }, provider: { redirectUris: ['https://app.example.com/callback'] } },
      (url) => {
        url.pathname = '/callback/'
      },
    )
    expect(new URL(stage.tab.url()).search).toBe('')
  })
})
