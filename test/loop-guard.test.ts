// @vitest-environment node
import { answers, breaks } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { firstVisit, reloaded, returning, type Stage } from './browser.ts'
import { advance } from './clock.ts'
import { expectRefusal, expectSignedOut } from './outcome.ts'

/** An app that sends everybody to the provider who is not signed in; answers how often a page of it has left. */
async function eagerApp(stage: Stage, visits: number): Promise<number> {
  let departures = 0
  for (let visit = 0, now = stage; visit < visits; visit += 1) {
    const state = await now.auth.start()
    if (state.status === 'signed-in') return departures
    const before = now.tab.departures.length
    await now.auth.login().catch(() => {})
    if (now.tab.departures.length === before) return departures
    departures += 1
    now = await returning(now)
  }
  return departures
}

/** Whether a person has clicked or typed on the page that is loaded now. */
const touched = ({ tab }: Stage, isActive: boolean) =>
  Object.defineProperty(tab.window().navigator, 'userActivation', { value: { isActive }, configurable: true })

const untouched = (stage: Stage): Stage => {
  const load = stage.tab.load
  const tab = Object.assign(stage.tab, {
    load(url: string) {
      load(url)
      touched({ ...stage, tab }, false)
      tab.focus()
    },
  })
  tab.load(tab.url())
  return reloaded(stage)
}

describe('An app that logs everybody in by itself', () => {
  it('L05 leaves twice when the provider answers an error for ever, and then stays with the error', async () => {
    const stage = untouched(firstVisit())
    stage.provider.signIn(undefined)
    expect(await eagerApp(stage, 10)).toBe(2)
    const { auth } = reloaded(stage)
    await auth.start()
    await expectRefusal(auth.login(), 'login_required')
  })

  it('L05 leaves twice when the token endpoint is broken', async () => {
    const stage = untouched(firstVisit())
    stage.provider.faults.token.always(answers(400, { error: 'invalid_grant' }))
    expect(await eagerApp(stage, 10)).toBe(2)
  })

  it('signs in as soon as the provider does', async () => {
    const stage = untouched(firstVisit())
    stage.provider.faults.token.once(breaks)
    expect(await eagerApp(stage, 10)).toBe(2)
    expect(stage.provider.requestsTo('token')).toHaveLength(2)
  })

  it('may try again when a person has asked for it', async () => {
    const stage = untouched(firstVisit())
    stage.provider.signIn(undefined)
    await eagerApp(stage, 10)
    const page = reloaded(stage)
    await page.auth.start()
    touched(page, true)
    await page.auth.login()
    const back = await returning(page)
    expectSignedOut(await back.auth.start(), 'provider_error')
  })

  it('may try again in a browser that cannot tell whether a person asked', async () => {
    const stage = firstVisit()
    stage.provider.signIn(undefined)
    expect(await eagerApp(stage, 4)).toBe(4)
  })

  it('may try again after ten minutes', async () => {
    const stage = untouched(firstVisit())
    stage.provider.signIn(undefined)
    await eagerApp(stage, 10)
    await advance(600_000)
    const page = reloaded(stage)
    await page.auth.start()
    await page.auth.login()
    expect(page.tab.departures).toHaveLength(3)
  })

  it('starts from nothing after a login that went well', async () => {
    const stage = untouched(firstVisit({ options: { restore: [] } }))
    stage.provider.faults.token.once(breaks)
    await eagerApp(stage, 10)
    stage.provider.faults.token.once(breaks)
    const page = reloaded(stage)
    expect(await eagerApp(page, 10)).toBe(2)
    expect(Object.keys(stage.tab.sessionStorage).filter((key) => key.includes('failed'))).toEqual([])
  })

  it.each(['{"value":"9","at":0}', '{"value":{"valueOf":1},"at":1}', 'no JSON', '{"value":null,"at":null}'])(
    'is not stopped by %s in the storage',
    async (junk) => {
      const stage = untouched(firstVisit())
      stage.tab.sessionStorage.setItem('latchkey failed logins', junk)
      expect(await eagerApp(stage, 10)).toBe(1)
    },
  )
})
