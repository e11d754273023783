// @vitest-environment node
import { Storage } from 'happy-dom'
import { answers, changes, GRACE, hangs } from 'latchkey/testing'
import { describe, expect, it, vi } from 'vitest'
import { API } from '../api-calls.ts'
import { returning } from '../browser.ts'
import { advance, settled, sleep } from '../clock.ts'
import { expectSignedOut, refusal } from '../outcome.ts'
import { beside, expectNoTokenTwice, type Keeping, keptSession, withFrames } from '../persist/keeping.ts'
import { refreshesAt } from '../refreshing.ts'

const broken = () => Promise.reject(new DOMException('Internal error', 'UnknownError'))

const call = ({ tab, auth }: Keeping) => {
  tab.focus()
  return auth.authFetch(API)
}

/** Counts the hidden frames of this tab, which lead nowhere unless they are let. */
function frames({ tab, provider }: Keeping) {
  const asked: string[] = []
  const frame = { asked, answers: true }
  tab.frame = async (url) => {
    asked.push(url)
    return frame.answers ? provider.visit(url) : undefined
  }
  return frame
}

describe('A session that is kept, where the store fails', () => {
  it('G01 goes on by itself for good in a tab that cannot write: each renewal has the refresh token of the last', async () => {
    const one = await keptSession()
    one.store.fault = (use) => {
      if (use !== 'save') return
      one.store.kept.clear()
      throw new DOMException('full', 'QuotaExceededError')
    }
    const { asked } = frames(one)
    for (const lifetime of [1, 2, 3]) {
      sleep(601_000)
      expect((await call(one)).status).toBe(200)
      expect(refreshesAt(one)).toHaveLength(lifetime)
    }
    expectNoTokenTwice(one)
    expect(asked).toEqual([])
  })

  it('G01 risks no refresh token when nothing can be read, as long as the provider answers in a frame', async () => {
    const one = await keptSession()
    withFrames(one)
    one.store.fault = broken
    sleep(601_000)
    expect((await call(one)).status).toBe(200)
    expect(refreshesAt(one)).toEqual([])
  })

  it('G01 nor when that frame fails in passing', async () => {
    const one = await keptSession()
    const { asked } = Object.assign(frames(one), { answers: false })
    one.store.fault = broken
    sleep(601_000)
    const refused = refusal(call(one))
    await advance(15_000)
    expect((await refused).code).toBe('timeout')
    expect(asked).not.toEqual([])
    expect(refreshesAt(one)).toEqual([])
    expect(one.auth.state.status).toBe('signed-in')
  })
})

describe('A tab that nobody tells of what happens in another', () => {
  it('J09 finds at its next renewal that somebody has signed out, and asks the provider nothing', async () => {
    const one = await keptSession()
    const other = await beside(one)
    const { asked } = frames(one)
    other.tab.focus()
    await other.auth.logout()
    await settled()
    const before = one.provider.requests.length
    one.tab.focus()
    await advance(600_000)
    expectSignedOut(one.auth.state, 'login_required')
    expect(asked).toEqual([])
    expect(one.provider.requests).toHaveLength(before)
  })

  it('J09 finds so where nothing can be written for all tabs but the session itself', async () => {
    const { setItem } = Storage.prototype
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(function (this: Storage, name, value) {
      if (name.startsWith('latchkey session')) throw new DOMException('blocked', 'QuotaExceededError')
      setItem.call(this, name, value)
    })
    const one = await keptSession()
    const other = await beside(one)
    const { asked } = frames(one)
    other.tab.focus()
    await other.auth.logout()
    await settled()
    one.tab.focus()
    await advance(600_000)
    expectSignedOut(one.auth.state, 'login_required')
    expect(asked).toEqual([])
  })

  it('B33 takes no token of another person who has signed in there', async () => {
    const one = await keptSession()
    const other = await beside(one)
    other.provider.signIn(GRACE)
    other.tab.focus()
    await other.auth.login()
    const back = await returning(other)
    expect(await back.auth.start()).toMatchObject({ session: { user: { sub: 'grace' } } })
    one.tab.focus()
    await advance(600_000)
    expectSignedOut(one.auth.state, 'login_required')
    back.tab.focus()
    expect(back.auth.state).toMatchObject({ session: { user: { sub: 'grace' } } })
  })
})

it('G19 a provider that answers with the same access token as before is asked by one tab of two', async () => {
  const one = await keptSession({ provider: { refreshTokens: 'kept' } })
  const other = await beside(one)
  one.provider.faults.api.always(answers(200, {}))
  let first: unknown
  one.provider.faults.token.always(
    changes(({ id_token: _, ...body }) => {
      first ??= body.access_token
      return { ...body, access_token: first }
    }),
  )
  for (const lifetime of [1, 2]) {
    sleep(601_000)
    for (const tab of [one, other]) expect((await call(tab)).status).toBe(200)
    expect(refreshesAt(one)).toHaveLength(lifetime)
  }
})

it('G14 a provider that hangs holds up who waits for its turn no longer than the one whose turn it is', async () => {
  const one = await keptSession()
  const other = await beside(one)
  one.provider.faults.token.always(hangs)
  sleep(601_000)
  const calls = [one, other].map((tab) => refusal(call(tab)))
  await settled()
  await advance(25_000)
  expect((await Promise.all(calls)).map(({ code }) => code)).toEqual(['timeout', 'timeout'])
})
