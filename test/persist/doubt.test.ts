// @vitest-environment node
import { breaks, changes, type Fault } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API } from '../api-calls.ts'
import { settled, sleep, until } from '../clock.ts'
import { LOST } from '../failures/lost.ts'
import { refusal } from '../outcome.ts'
import { refreshesAt, wake } from '../refreshing.ts'
import { afterReload, beside, type Keeping, keptIn, keptSession, withFrames } from './keeping.ts'

const FOUND_IN_FRAMES = { options: { restore: ['frame'] } } as const

/** The token is out, and the answer to the first refresh does not arrive. */
async function losesItsAnswer(stage: Keeping, fault: Fault = LOST['a reset']) {
  stage.provider.faults.token.once(fault)
  sleep(601_000)
  stage.tab.focus()
  stage.auth.authFetch(API).catch(() => {})
  await until(() => refreshesAt(stage).length === 1)
  await settled()
  expect(stage.auth.state).toMatchObject({ status: 'signed-in', renewal: { status: 'degraded' } })
}

async function expectToGoOn({ tab, auth }: Keeping) {
  tab.focus()
  expect((await auth.authFetch(API)).status).toBe(200)
  expect(auth.state).toMatchObject({ status: 'signed-in', session: { user: { sub: 'ada' } } })
}

describe('An answer that was lost in one tab', () => {
  it.each(['a reset', 'a reset amid the body', 'a proxy that cuts it off', 'a proxy that answers 502'] as const)(
    'G17 by %s signs nobody out when another tab is the next to renew',
    async (how) => {
      const one = await keptSession(FOUND_IN_FRAMES)
      const other = await beside(one)
      for (const stage of [one, other]) withFrames(stage)
      await losesItsAnswer(one, LOST[how])
      await expectToGoOn(other)
      wake(one.tab)
      await settled()
      await expectToGoOn(one)
      // Once more than it was answered: then the provider is asked in a frame, once for both.
      expect(refreshesAt(one)).toHaveLength(2)
    },
  )

  it('G17 signs nobody out when that tab is reloaded', async () => {
    const one = await keptSession(FOUND_IN_FRAMES)
    withFrames(one)
    await losesItsAnswer(one)
    await expectToGoOn(await afterReload(one))
    expect(one.tab.departures).toHaveLength(1)
  })

  it('G17 is remembered through an outage, in which a third tab fails too', async () => {
    const one = await keptSession(FOUND_IN_FRAMES)
    const other = await beside(one)
    const third = await beside(one)
    for (const stage of [one, other, third]) withFrames(stage)
    await losesItsAnswer(one)
    one.provider.faults.token.once(breaks)
    other.tab.focus()
    expect((await refusal(other.auth.authFetch(API))).code).toBe('network')
    await expectToGoOn(third)
  })

  it('is forgotten with the next that arrives: a refresh token that is refused then ends the session of all', async () => {
    const one = await keptSession(FOUND_IN_FRAMES)
    const other = await beside(one)
    for (const stage of [one, other]) withFrames(stage)
    await losesItsAnswer(one)
    expect(keptIn(one)).toHaveProperty('inDoubt', true)
    await expectToGoOn(other)
    expect(keptIn(one)).not.toHaveProperty('inDoubt')
    one.provider.revokeEverything()
    sleep(601_000)
    expect((await refusal(other.auth.authFetch(API))).provider?.error).toBe('invalid_grant')
    expect(one.store.kept.size).toBe(0)
  })

  it.each([
    ['at once', false],
    ['after one that was in doubt', true],
  ])('leaves no doubt where the next refresh token was in it: %s', async (_, wasInDoubt) => {
    const one = await keptSession(FOUND_IN_FRAMES)
    const other = await beside(one)
    if (wasInDoubt) {
      await losesItsAnswer(one, breaks)
      expect(keptIn(one)).toHaveProperty('inDoubt', true)
    }
    one.provider.faults.token.once(changes((body) => ({ ...body, access_token: undefined })))
    sleep(601_000)
    other.tab.focus()
    expect((await refusal(other.auth.authFetch(API))).code).toBe('provider_invalid')
    expect(keptIn(one)).not.toHaveProperty('inDoubt')
    wake(one.tab)
    await settled()
    await expectToGoOn(one)
    expect(one.provider.reuses()).toBe(0)
  })
})
