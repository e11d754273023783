import { expect } from 'vitest'
import { API, toApi } from '../api-calls.ts'
import type { Stage } from '../browser.ts'
import { advance, sleep } from '../clock.ts'
import { expectSignedOut, refusal } from '../outcome.ts'
import { renewalOf, wake, watch } from '../refreshing.ts'
import { expectRefusedAs, soon } from './cell.ts'
import { FAULTS, type FaultName } from './faults.ts'
import { WORDS, type Word } from './table.ts'

const ONE_DAY = 86_400_000

export interface FailingRenewal {
  readonly name: FaultName
  readonly word: Word
  readonly said?: string | undefined
  /** Where it goes wrong. */
  readonly at: 'token' | 'jwks'
}

/** Somebody calls when the token is over, and renewing it goes wrong with this; then nothing is wrong any more. */
export async function playRenewal(stage: Stage, { name, word, said, at }: FailingRenewal): Promise<void> {
  const { auth, provider, tab } = stage
  const seen = watch(stage)
  const before = provider.requestsTo('token').length
  const attempts = () => provider.requestsTo('token').length - before
  const [code] = WORDS[word]
  provider.faults[at].always(FAULTS[name])
  sleep(601_000)
  const error = await expectRefusedAs(word, auth.authFetch(API), said)
  expect(attempts()).toBe(1)
  expect(toApi(stage)).toEqual([])

  if (word === 'ends') {
    expectSignedOut(auth.state, 'login_required')
    provider.faults[at].never()
    for (const event of ['online', 'pageshow', 'visibilitychange']) wake(tab, event)
    auth.retry()
    sleep(ONE_DAY)
    await advance(60_000)
    expect((await refusal(auth.authFetch(API))).provider).toEqual(error.provider)
    expect(seen).toEqual([auth.state])
    expect(attempts()).toBe(1)
    return
  }
  expect(auth.state).toMatchObject({ status: 'signed-in', session: { user: { sub: 'ada' } } })
  expect(auth.state).toMatchObject({ renewal: { status: 'degraded', code, since: expect.any(Number) } })
  expect(seen).toEqual([auth.state])
  provider.faults[at].never()
  await soon(() => renewalOf(auth.state) === 'fresh')
  expect((await auth.authFetch(API)).status).toBe(200)
  expect(seen.map(renewalOf)).toEqual(['degraded', 'fresh'])
  expect(attempts()).toBe(2)
  expect(provider.reuses()).toBe(0)
}
