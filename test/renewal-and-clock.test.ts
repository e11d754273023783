// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { API } from './api-calls.ts'
import { reloaded, type Stage, signedIn } from './browser.ts'
import { advance, sleep } from './clock.ts'
import { expectSignedOut } from './outcome.ts'
import { refreshesAt } from './refreshing.ts'

/** The device's clock is moved by so much, the provider's is not: from now on its ID tokens look shifted. */
function moveTheDeviceClock({ provider }: Stage, milliseconds: number): void {
  const time = (value: unknown) => Number(value) - milliseconds / 1_000
  provider.idToken.always({ claims: (claims) => ({ ...claims, iat: time(claims.iat), exp: time(claims.exp) }) })
  sleep(milliseconds)
}

const DAY = 86_400_000

describe('D15, G23 A device clock that is set wrong, or right, while somebody is signed in', () => {
  it.each([-DAY, -3_600_000, 3_600_000, DAY])('by %i ms signs nobody out at the next refresh', async (jump) => {
    const stage = await signedIn()
    moveTheDeviceClock(stage, jump)
    await advance(1_200_000)
    expect(refreshesAt(stage).length).toBeGreaterThan(1)
    expect(stage.auth.state).toMatchObject({ status: 'signed-in', renewal: { status: 'fresh' } })
    expect((await stage.auth.authFetch(API)).status).toBe(200)
  })

  it.each([-DAY, DAY])('by %i ms signs nobody out where the session is renewed in a frame', async (jump) => {
    const stage = await signedIn({ provider: { refreshTokens: 'none' } })
    stage.tab.frame = (url) => stage.provider.visit(url)
    moveTheDeviceClock(stage, jump)
    await advance(700_000)
    expect(stage.auth.state).toMatchObject({ status: 'signed-in', renewal: { status: 'fresh' } })
    expect((await stage.auth.authFetch(API)).status).toBe(200)
  })

  it('is named as the reason, where a reload looks for the session meanwhile', async () => {
    const stage = await signedIn({ options: { restore: ['frame'] } })
    moveTheDeviceClock(stage, -DAY)
    const page = reloaded(stage)
    page.tab.frame = (url) => page.provider.visit(url)
    const state = await page.auth.start()
    expectSignedOut(state, 'token_invalid')
    expect(state).toMatchObject({ reason: { message: expect.stringContaining('a clock is wrong') } })
    // And once it is right again the session is found.
    moveTheDeviceClock(page, 0)
    const later = reloaded(page)
    later.tab.frame = (url) => later.provider.visit(url)
    expect((await later.auth.start()).status).toBe('signed-in')
  })

  it('is no excuse for an ID token that is expired by its own account', async () => {
    const stage = await signedIn()
    stage.provider.idToken.always({ claims: (claims) => ({ ...claims, exp: Number(claims.iat) - 301 }) })
    await advance(600_000)
    expectSignedOut(stage.auth.state, 'login_required')
  })
})
