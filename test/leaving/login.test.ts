// @vitest-environment node
import { ADA, answers, breaks, type Fault, GRACE, held, type TestUser } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API, toApi } from '../api-calls.ts'
import { inAnotherTab, returning, type Stage, signedIn } from '../browser.ts'
import { advance, settled, sleep, until } from '../clock.ts'
import { refreshesAt, watch } from '../refreshing.ts'
import { type Caller, callerOn } from './caller.ts'

const refusesForGood = answers(400, { error: 'invalid_grant' })

/** Ada's tab waits for a refresh while somebody signs in in another; then the refresh comes to its end, like this. */
async function loginDuringRefresh(who: TestUser, end?: Fault): Promise<{ one: Stage; other: Stage; call: Caller }> {
  const one = await signedIn({ home: 'shared-worker' })
  const away = inAnotherTab(one)
  await away.auth.start()
  sleep(601_000)
  const token = held()
  one.provider.faults.token.once(async (request, normally) => {
    const right = await token(request, normally)
    return end ? end(request, async () => right) : right
  })
  const call = callerOn(one)
  await token.asked
  await settled()
  one.provider.signIn(who)
  away.tab.focus()
  await away.auth.login()
  const other = await returning(away)
  expect(await other.auth.start()).toMatchObject({ status: 'signed-in', session: { user: { sub: who.sub } } })
  token.release()
  await settled()
  return { one, other, call }
}

const revoked = ({ provider }: Stage) => provider.requestsTo('revocation').map(({ form }) => form.get('token'))
const refreshTokens = ({ provider }: Stage) => provider.secrets.filter((secret) => secret.startsWith('refresh-'))

const ENDS: [string, Fault | undefined][] = [
  ['is answered', undefined],
  ['is refused for good', refusesForGood],
  ['breaks', breaks],
]

describe('shared-worker: Another person signs in in another tab while a refresh is under way', () => {
  it.each(ENDS)('G31, B33 which %s: the first one’s call is refused, and all tabs are the other’s', async (_, end) => {
    const { one, other, call } = await loginDuringRefresh(GRACE, end)
    expect(await call.outcome).toBe('login_required')
    expect(toApi(one)).toEqual([])
    const seen = watch(one)
    await advance(1_200_000)
    for (const { auth, tab } of [one, other]) {
      tab.focus()
      expect(auth.state).toMatchObject({ status: 'signed-in', session: { user: { sub: 'grace' } } })
      expect(await (await auth.authFetch(API)).json()).toMatchObject({ sub: 'grace' })
    }
    expect(seen).toEqual([])
    expect(one.provider.reuses()).toBe(0)
  })

  it('G31 which is answered: everything of the first one’s is revoked, and nothing of the other’s', async () => {
    const { one } = await loginDuringRefresh(GRACE)
    await until(() => revoked(one).length === 2)
    // Minted in this order: Ada's, Ada's late one, Grace's.
    expect(new Set(revoked(one))).toEqual(new Set(refreshTokens(one).slice(0, 2)))
  })
})

describe('shared-worker: The same person signs in in another tab while a refresh is under way', () => {
  it.each(ENDS)('G31 which %s: nobody is told, and both tabs go on', async (_, end) => {
    const { one, other } = await loginDuringRefresh(ADA, end)
    const seen = watch(one)
    expect(refreshesAt(one)).toHaveLength(1)
    await advance(1_200_000)
    for (const { auth, tab } of [one, other]) {
      tab.focus()
      expect(auth.state).toMatchObject({ status: 'signed-in', session: { user: { sub: 'ada' } } })
      expect((await auth.authFetch(API)).status).toBe(200)
    }
    expect(seen).toEqual([])
    expect(one.provider.reuses()).toBe(0)
  })
})
