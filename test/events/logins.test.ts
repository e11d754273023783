// @vitest-environment node
import { breaks, GRACE } from 'latchkey/testing'
import { describe, expect, it, vi } from 'vitest'
import { backWith, firstVisit, inAnotherTab, reloaded, returning, type Stage, signedIn } from '../browser.ts'
import { advance, settled, sleep } from '../clock.ts'
import { HOMES } from '../homes/home.ts'
import { expectRefusal, refusal } from '../outcome.ts'
import { wake } from '../refreshing.ts'
import { HOME } from '../tab.ts'
import { windowsOpen } from './fake-window.ts'
import { bare, type Listening, listening, typesOf } from './listening.ts'

const REFUSED = { error: 'access_denied', error_description: 'Ada Lovelace is not allowed' }

/** The page that somebody leaves to sign in, forty-two seconds before they are back. */
async function leaving(stage: Stage): Promise<Listening> {
  const page = listening(stage)
  await page.auth.start()
  await page.auth.login()
  sleep(42_000)
  return page
}

describe.each(HOMES)('%s: a login', (home) => {
  it('is started on one page and finished on the next, which knows how long it took', async () => {
    const before = await leaving(firstVisit({ home }))
    expect(bare(before.told)).toEqual([{ type: 'login_started', mode: 'redirect' }])
    const page = listening(await returning(before))
    await page.auth.start()
    expect(page.told).toEqual([
      { type: 'login_finished', mode: 'redirect', milliseconds: 42_000, at: Date.now(), home },
    ])
    expect(Object.keys(page.tab.sessionStorage).filter((name) => name.startsWith('latchkey events'))).toEqual([])
  })

  it('is told once: a reload of the page finds the session, or none', async () => {
    const before = await leaving(firstVisit({ home }))
    const page = listening(await returning(before))
    await page.auth.start()
    const again = listening(reloaded(page))
    await again.auth.start()
    const found = { type: 'session_restored', from: 'vault' }
    expect(bare(again.told)).toEqual(home === 'shared-worker' ? [found] : [])
  })

  it('that is asked for twice at once is one', async () => {
    const page = listening(firstVisit({ home }))
    await Promise.all([page.auth.login(), page.auth.login()])
    expect(typesOf(page)).toEqual(['login_started'])
    await page.auth.login()
    expect(typesOf(page)).toEqual(['login_started', 'login_started'])
  })

  it('that the provider refuses has failed, with its error and not a word more', async () => {
    const stage = await backWith(
      ({ searchParams }) => {
        searchParams.delete('code')
        for (const [name, value] of Object.entries(REFUSED)) searchParams.set(name, value)
      },
      { home },
    )
    const page = listening(stage)
    await page.auth.start()
    expect(bare(page.told)).toEqual([
      { type: 'login_failed', mode: 'redirect', code: 'provider_error', error: 'access_denied' },
    ])
  })

  it('that cannot leave has failed', async () => {
    const page = listening(firstVisit({ home }))
    page.provider.faults.discovery.always(breaks)
    await expectRefusal(page.auth.login(), 'network')
    expect(bare(page.told)).toEqual([
      { type: 'login_started', mode: 'redirect' },
      { type: 'login_failed', mode: 'redirect', code: 'network' },
    ])
  })

  it('B01 goes on waiting for its own callback when a page opens on that of a stranger', async () => {
    const before = await leaving(firstVisit({ home }))
    const stranger = listening(reloaded(before, `${HOME}?code=7&state=${'x'.repeat(43)}`))
    await stranger.auth.start()
    expect(bare(stranger.told)).toEqual([{ type: 'login_failed', mode: 'redirect', code: 'callback_invalid' }])
    const page = listening(await returning(before))
    await page.auth.start()
    expect(bare(page.told)).toEqual([{ type: 'login_finished', mode: 'redirect', milliseconds: 42_000 }])
  })

  it('in a window is started and finished on one page', async () => {
    const page = listening(firstVisit({ home }))
    await page.auth.start()
    const window = windowsOpen()
    const login = page.auth.login({ mode: 'popup' })
    await settled()
    sleep(7_000)
    await window.signIn(page.provider)
    await login
    expect(bare(page.told)).toEqual([
      { type: 'login_started', mode: 'popup' },
      { type: 'login_finished', mode: 'popup', milliseconds: 7_000 },
    ])
  })

  it('in a window of whoever is signed in already is finished too', async () => {
    const page = listening(await signedIn({ home }))
    const window = windowsOpen()
    const login = page.auth.login({ mode: 'popup' })
    await settled()
    await window.signIn(page.provider)
    await login
    expect(typesOf(page)).toEqual(['login_started', 'login_finished'])
  })

  it('in a window of somebody else replaces the session that was there, which has not recovered', async () => {
    const page = listening(await signedIn({ home }))
    page.provider.faults.token.once(breaks)
    sleep(601_000)
    wake(page.tab)
    await settled()
    const window = windowsOpen()
    const login = page.auth.login({ mode: 'popup' })
    await settled()
    page.provider.signIn(GRACE)
    await window.signIn(page.provider)
    await login
    expect(bare(page.told)).toMatchObject([
      { type: 'degraded' },
      { type: 'login_started' },
      { type: 'ended', why: 'replaced' },
      { type: 'login_finished', mode: 'popup' },
    ])
  })

  it('in a window that is closed, or never opens, has failed', async () => {
    const page = listening(firstVisit({ home }))
    await page.auth.start()
    const window = windowsOpen()
    const login = refusal(page.auth.login({ mode: 'popup' }))
    await settled()
    await advance(2_000)
    window.shut()
    await advance(2_000)
    expect((await login).code).toBe('popup_closed')
    vi.stubGlobal('open', () => null)
    await expectRefusal(page.auth.login({ mode: 'popup' }), 'popup_blocked')
    expect(bare(page.told).map((event) => ('code' in event ? event.code : event.type))).toEqual([
      'login_started',
      'popup_closed',
      'login_started',
      'popup_blocked',
    ])
  })
})

it('A window that answers after it was taken for closed has found a session, when the login had failed', async () => {
  const page = listening(firstVisit())
  await page.auth.start()
  const window = windowsOpen()
  const login = refusal(page.auth.login({ mode: 'popup' }))
  await settled()
  await advance(2_000)
  window.shut()
  await advance(2_000)
  await login
  await window.signIn(page.provider)
  await settled()
  expect(typesOf(page)).toEqual(['login_started', 'login_failed', 'session_restored'])
})

describe('Without storage', () => {
  it('a login in a window is told as with it', async () => {
    const stage = firstVisit({ home: 'worker' })
    vi.stubGlobal('sessionStorage', undefined)
    const page = listening(stage)
    await page.auth.start()
    const window = windowsOpen()
    const login = page.auth.login({ mode: 'popup' })
    await settled()
    await window.signIn(page.provider)
    await login
    expect(typesOf(page)).toEqual(['login_started', 'login_finished'])
  })

  it.each([
    ['nothing', undefined],
    ['what is no JSON', '{'],
    ['another form', '{"value":{"at":"https://evil.example/?code=7"},"at":0}'],
    ['a text', (now: number) => JSON.stringify({ value: 'code-7', at: now })],
    ['what is long past', '{"value":5,"at":5}'],
  ])(
    'that holds the note, or with %s in its place, the session is said to have come from its vault',
    async (_, note) => {
      const before = await leaving(firstVisit())
      const name = 'latchkey events began'
      expect(before.tab.sessionStorage.getItem(name)).toMatch(/^\{"value":\d+,"at":\d+\}$/)
      const text = typeof note === 'function' ? note(Date.now()) : note
      if (text === undefined) before.tab.sessionStorage.removeItem(name)
      else before.tab.sessionStorage.setItem(name, text)
      const page = listening(await returning(before))
      await page.auth.start()
      expect(bare(page.told)).toEqual([{ type: 'session_restored', from: 'vault' }])
    },
  )
})

it('A tab of a shared worker tells what another has signed in to, and has signed out of', async () => {
  const one = listening(await signedIn({ home: 'shared-worker' }))
  await one.auth.logout()
  const other = inAnotherTab(one)
  await other.auth.login()
  const back = await returning(other)
  await back.auth.start()
  await settled()
  await back.auth.logout()
  await settled()
  expect(bare(one.told)).toEqual([
    { type: 'ended', why: 'logout' },
    { type: 'session_restored', from: 'vault' },
    { type: 'ended', why: 'elsewhere' },
  ])
})
