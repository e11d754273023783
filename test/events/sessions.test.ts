// @vitest-environment node
import { answers, breaks, hangs } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API, refreshes } from '../api-calls.ts'
import { inAnotherTab, returning, type Stage, signedIn } from '../browser.ts'
import { advance, settled, sleep } from '../clock.ts'
import { HOMES } from '../homes/home.ts'
import { expectRefusal } from '../outcome.ts'
import { wake } from '../refreshing.ts'
import { bare, listening, typesOf } from './listening.ts'

const MARK = 'latchkey session notes-spa https://login.example.com'

/** Somebody signs out in another tab of this browser. */
async function signsOutElsewhere(stage: Stage) {
  const other = inAnotherTab(stage)
  await other.auth.login()
  const back = await returning(other)
  await back.auth.start()
  await back.auth.logout()
  stage.tab.focus()
  const { Event } = stage.tab.window()
  stage.tab.window().dispatchEvent(Object.assign(new Event('storage'), { key: MARK }))
  await settled()
}

describe.each(HOMES)('%s: a session', (home) => {
  it('tells each refresh, once', async () => {
    const page = listening(await signedIn({ home }))
    await advance(1_800_000)
    expect(refreshes(page)).toBeGreaterThan(2)
    expect(bare(page.told)).toEqual(Array(refreshes(page)).fill({ type: 'refreshed' }))
    expect(page.told.at(-1)).toMatchObject({ home, at: expect.any(Number) })
  })

  it('G11 tells when it is degraded, and when and after how long that is over', async () => {
    const page = listening(await signedIn({ home }))
    page.provider.faults.token.always(answers(503))
    sleep(601_000)
    wake(page.tab)
    await settled()
    page.provider.faults.token.always(breaks)
    await advance(300_000)
    page.provider.faults.token.never()
    sleep(60_000)
    wake(page.tab)
    await settled()
    expect(bare(page.told)).toMatchObject([{ type: 'degraded', code: 'network' }, { type: 'recovered' }])
    const [degraded, recovered] = page.told
    expect(recovered).toMatchObject({ milliseconds: Number(recovered?.at) - Number(degraded?.at) })
    expect(Number(recovered?.at) - Number(degraded?.at)).toBeGreaterThanOrEqual(360_000)
  })

  it('G09 that the provider no longer renews is ended by it, with its error, and not recovered', async () => {
    const page = listening(await signedIn({ home }))
    page.provider.faults.token.once(breaks)
    sleep(601_000)
    wake(page.tab)
    await settled()
    page.provider.faults.token.always(
      answers(400, { error: 'invalid_grant', error_description: 'Session of ada@example.com expired' }),
    )
    wake(page.tab)
    await settled()
    expect(bare(page.told)).toEqual([
      { type: 'degraded', code: 'network' },
      { type: 'ended', why: 'refused', code: 'login_required', error: 'invalid_grant' },
    ])
  })

  it('G06 that is renewed by what is not to be trusted has expired', async () => {
    const page = listening(await signedIn({ home }))
    page.provider.idToken.always({ claims: (claims) => ({ ...claims, iss: 'https://evil.example' }) })
    await advance(600_000)
    expect(bare(page.told)).toEqual([{ type: 'ended', why: 'expired', code: 'login_required' }])
  })

  it('without a refresh token that the provider does not renew in a frame is refused', async () => {
    const page = listening(await signedIn({ home, provider: { refreshTokens: 'none' } }))
    await advance(600_000)
    expect(bare(page.told)).toEqual([
      { type: 'ended', why: 'refused', code: 'login_required', error: 'login_required' },
    ])
  })

  it('is ended by logout, once, however often that is called', async () => {
    const page = listening(await signedIn({ home }))
    await Promise.all([page.auth.logout(), page.auth.logout()])
    await page.auth.logout()
    await settled()
    expect(bare(page.told)).toEqual([{ type: 'ended', why: 'logout' }])
  })

  it('J09 is ended by a logout elsewhere', async () => {
    const page = listening(await signedIn({ home }))
    await signsOutElsewhere(page)
    expect(bare(page.told)).toMatchObject([{ type: 'ended', why: 'elsewhere' }])
  })

  it('tells nothing after it was disposed, whatever was under way', async () => {
    const page = listening(await signedIn({ home }))
    page.provider.faults.api.always(hangs)
    const call = page.auth.authFetch(API).catch(() => 'refused')
    await settled()
    page.auth.dispose()
    await call
    await settled()
    await advance(1_800_000)
    expect(page.told).toEqual([])
  })
})

it.each(['worker', 'shared-worker'] as const)('%s: a session is out of reach when its vault dies', async (home) => {
  const page = listening(await signedIn({ home }))
  for (const worker of page.tab.browser.workers) worker.die()
  const call = expectRefusal(page.auth.userInfo(), 'vault_unavailable')
  await settled()
  await advance(30_000)
  await call
  expect(bare(page.told)).toEqual([
    { type: 'ended', why: 'unreachable', code: 'vault_unavailable' },
    { type: 'request_refused', verb: 'userInfo', code: 'vault_unavailable' },
  ])
})

it('A clock that was set back meanwhile makes no time negative', async () => {
  const page = listening(await signedIn())
  page.provider.faults.token.once(breaks)
  sleep(601_000)
  wake(page.tab)
  await settled()
  sleep(-3_600_000)
  wake(page.tab)
  await settled()
  expect(bare(page.told)).toEqual([
    { type: 'degraded', code: 'network' },
    { type: 'recovered', milliseconds: 0 },
  ])
})

it('Two listeners of one auth are told the same', async () => {
  const one = listening(await signedIn())
  const both = listening(one)
  await advance(600_000)
  await both.auth.logout()
  expect(typesOf(both)).toEqual(['refreshed', 'ended'])
  expect(both.told).toEqual(one.told)
})
