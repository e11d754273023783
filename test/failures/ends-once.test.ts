// @vitest-environment node
import type { AuthState } from 'latchkey'
import { answers, breaks, type Fault } from 'latchkey/testing'
import { describe, expect, it, vi } from 'vitest'
import { API, toApi } from '../api-calls.ts'
import { joining, signedInBeside } from '../beside.ts'
import { type Script, type Stage, signedIn } from '../browser.ts'
import { advance, settled, sleep } from '../clock.ts'
import { HOMES } from '../homes/home.ts'
import { reasonOf, refusal } from '../outcome.ts'
import { atExpiry, refreshesAt, renewalOf, wake, watch } from '../refreshing.ts'

const FIFTY = Array.from({ length: 50 }, (_, index) => index)

/** What the provider says when it is over, and what the app is told of it. */
const ENDS: readonly (readonly [id: string, name: string, fault: Fault, said: object | undefined])[] = [
  [
    'G09',
    'invalid_grant',
    answers(400, { error: 'invalid_grant', error_description: 'Gone.' }),
    { error: 'invalid_grant', description: 'Gone.' },
  ],
  ['G10', 'invalid_client', answers(401, { error: 'invalid_client' }), { error: 'invalid_client' }],
  ['G10', 'interaction_required', answers(400, { error: 'interaction_required' }), { error: 'interaction_required' }],
  ['G07', 'an ID token that is not to be trusted', wrongIdToken, undefined],
]

async function wrongIdToken(request: Request, normally: () => Promise<Response>): Promise<Response> {
  const body = await (await normally()).json()
  return answers(200, { ...body, id_token: `${body.id_token}x` })(request, normally)
}

/** A day passes in which everything happens that makes a session look at the clock. */
async function expectNothingMore({ auth, tab, provider }: Stage) {
  const asked = provider.requests.length
  for (const event of ['online', 'pageshow', 'visibilitychange']) wake(tab, event)
  auth.retry()
  await advance(3_600_000)
  sleep(86_400_000)
  await advance(60_000)
  expect(provider.requests).toHaveLength(asked)
}

describe.each(HOMES)('%s: a session that the provider ends', (home) => {
  it.each(ENDS)(
    '%s with %s is over for fifty callers with one reason, and told of once',
    async (_, __, fault, said) => {
      const stage = await atExpiry({ home })
      const { auth, provider } = stage
      const seen = watch(stage)
      const alsoSilent: AuthState[] = []
      auth.subscribe((state) => alsoSilent.push(state), { silent: true })
      provider.faults.token.once(fault)
      const errors = await Promise.all(FIFTY.map(() => refusal(auth.authFetch(API))))
      const reason = reasonOf(auth.state)
      expect(reason.code).toBe('login_required')
      expect(reason.provider).toEqual(said)
      expect(errors.map(({ code, provider }) => ({ code, provider }))).toEqual(
        FIFTY.map(() => ({ code: 'login_required', provider: said })),
      )
      expect(seen).toEqual([auth.state])
      expect(alsoSilent.map(renewalOf)).toEqual(['refreshing', 'signed-out'])
      expect(refreshesAt(stage)).toHaveLength(1)
      expect(toApi(stage)).toEqual([])
      await settled()
      if (home === 'page') expect(vi.getTimerCount()).toBe(0)
      await expectNothingMore(stage)
      expect(seen).toHaveLength(1)
    },
  )

  it('G09 after an outage is over once, and the outage with it', async () => {
    const stage = await atExpiry({ home })
    const seen = watch(stage)
    stage.provider.faults.token.once(breaks)
    expect((await refusal(stage.auth.authFetch(API))).code).toBe('network')
    stage.provider.revokeEverything()
    await advance(600_000)
    expect(seen.map(renewalOf)).toEqual(['degraded', 'signed-out'])
    expect(refreshesAt(stage)).toHaveLength(2)
    await expectNothingMore(stage)
    expect(seen).toHaveLength(2)
  })
})

/** The first session of each tab is left at the provider, where that of the second comes to its end alone. */
async function secondIsRefused(one: Stage, other: Stage) {
  other.provider.faults.token.once(answers(400, { error: 'invalid_grant' }))
  sleep(601_000)
  other.tab.focus()
  expect((await refusal(other.auth.authFetch(API))).provider?.error).toBe('invalid_grant')
  await settled()
  one.tab.focus()
}

describe('Of two tabs', () => {
  const script: Script = { options: { restore: [] } }

  it.each(['page', 'worker'] as const)(
    '%s: G09 each has a session, and one goes on without the other',
    async (home) => {
      const one = await signedIn({ ...script, home })
      const other = await signedInBeside(one)
      const seen = watch(one)
      await secondIsRefused(one, other)
      expect((await one.auth.authFetch(API)).status).toBe(200)
      expect(one.auth.state.status).toBe('signed-in')
      expect(seen).toEqual([])
    },
  )

  it('shared-worker: G09 both hear that their session is over, once, with the same reason', async () => {
    const one = await signedIn({ ...script, home: 'shared-worker' })
    const other = await joining(one)
    const seen = [one, other].map(watch)
    await secondIsRefused(one, other)
    for (const [index, { auth }] of [one, other].entries()) {
      expect(reasonOf(auth.state)).toMatchObject({ code: 'login_required', provider: { error: 'invalid_grant' } })
      expect(seen[index]).toEqual([auth.state])
    }
    expect((await refusal(one.auth.authFetch(API))).provider?.error).toBe('invalid_grant')
    expect(refreshesAt(one)).toHaveLength(1)
  })

  it('shared-worker: G09 what waits in both is refused', async () => {
    const one = await signedIn({ ...script, home: 'shared-worker' })
    const other = await joining(one)
    one.provider.faults.token.once(answers(400, { error: 'invalid_grant' }))
    sleep(601_000)
    const waiting = await Promise.all([one, other].map(({ auth }) => refusal(auth.authFetch(API))))
    expect(waiting.map(({ provider }) => provider?.error)).toEqual(['invalid_grant', 'invalid_grant'])
    expect(refreshesAt(one)).toHaveLength(1)
    expect(toApi(one)).toEqual([])
  })
})
