// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { firstVisit, reloaded, returning, type Stage, signedIn } from './browser.ts'
import { settled } from './clock.ts'
import { expectSignedOut } from './outcome.ts'
import { HOME } from './tab.ts'

async function signedInBackAt(returnTo: string): Promise<Stage> {
  const stage = firstVisit({ options: { restore: [] } })
  await stage.auth.login({ returnTo })
  const next = await returning(stage)
  expect((await next.auth.start()).status).toBe('signed-in')
  return next
}

describe('J15 Nobody goes round in circles', () => {
  it.each(['/', HOME, '', '?', '/login', '/login?returnTo=/login', '#'])(
    'who returns to %j lands there once, and a reload starts nothing',
    async (returnTo) => {
      const stage = await signedInBackAt(returnTo)
      expect(stage.tab.url()).toBe(new URL(returnTo, HOME).href)
      expect(stage.tab.departures).toHaveLength(1)
      const next = reloaded(stage)
      expect(await next.auth.start()).toEqual({ status: 'signed-out' })
      await settled()
      expect(next.tab.departures).toHaveLength(1)
      expect(next.provider.requestsTo('token')).toHaveLength(1)
    },
  )

  it('who returns to the very callback makes no second exchange, also after a reload', async () => {
    const first = await signedIn({ options: { restore: [] } })
    const stale = `${HOME}?code=stale&state=${'x'.repeat(43)}&iss=https%3A%2F%2Flogin.example.com`
    await first.auth.login({ returnTo: stale })
    const stage = await returning(first)
    expect((await stage.auth.start()).status).toBe('signed-in')
    const next = reloaded(stage)
    expect((await next.auth.start()).status).toBe('signed-out')
    expect(next.tab.url()).toBe(HOME)
    await settled()
    expect(next.provider.requestsTo('token')).toHaveLength(2)
    expect(next.tab.departures).toHaveLength(2)
  })

  it('who signs in on the callback page, before it was read, does not return to its code', async () => {
    const stage = firstVisit()
    await stage.auth.login()
    const callback = await stage.provider.visit(stage.tab.departures[0] ?? '')
    const next = reloaded(stage, callback)
    await next.auth.login()
    const last = await returning(next)
    await last.auth.start()
    expect(last.tab.url()).toBe(HOME)
  })

  it('an app that signs in wherever nobody is signed in, and whose login fails, says so and stops', async () => {
    let stage = firstVisit({ url: `${HOME}login` })
    stage.provider.signIn(undefined)
    Object.defineProperty(stage.tab.window().navigator, 'userActivation', { value: { isActive: false } })
    for (let page = 0; page < 10; page += 1) {
      const { status } = await stage.auth.start()
      const left = stage.tab.departures.length
      if (status === 'signed-out') await stage.auth.login().catch(() => {})
      if (stage.tab.departures.length === left) break
      stage = await returning(stage)
      Object.defineProperty(stage.tab.window().navigator, 'userActivation', { value: { isActive: false } })
    }
    expect(stage.tab.departures).toHaveLength(2)
    expectSignedOut(stage.auth.state, 'provider_error')
  })
})
