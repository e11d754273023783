// @vitest-environment node
import { changes, type Fault } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { API, toApi } from '../api-calls.ts'
import { reloaded } from '../browser.ts'
import { settled, sleep } from '../clock.ts'
import { expectRefusal } from '../outcome.ts'
import { expectNoTokenTwice, type Keeping, keptIn, keptSession } from '../persist/keeping.ts'
import { refreshesAt, renewalOf } from '../refreshing.ts'
import { expectRefusedAs, inTime, soon } from './cell.ts'
import { FAULTS } from './faults.ts'
import { ROWS } from './table.ts'

/** A page of the next morning: the token is over, and what was known of the provider is too old to be relied on. */
async function nextMorning(stage: Keeping, discovery: Fault): Promise<Keeping> {
  sleep(12 * 3_600_000)
  stage.provider.faults.discovery.always(discovery)
  const next: Keeping = { ...reloaded(stage), store: stage.store }
  expect(await inTime(next.auth.start())).toMatchObject({ status: 'signed-in', session: { user: { sub: 'ada' } } })
  return next
}

describe('A kept session that needs discovery again to be renewed', () => {
  it('F09, F10, G13 outlives whatever goes wrong with that, and is renewed when it is right', async () => {
    let stage = await keptSession()
    for (const { name, discovery } of ROWS) {
      const before = refreshesAt(stage).length
      const next = await nextMorning(stage, FAULTS[name])
      await expectRefusedAs(discovery, next.auth.authFetch(API))
      expect(renewalOf(next.auth.state), name).toBe('degraded')
      expect(refreshesAt(stage), name).toHaveLength(before)
      next.provider.faults.discovery.never()
      await soon(() => renewalOf(next.auth.state) === 'fresh')
      expect((await next.auth.authFetch(API)).status, name).toBe(200)
      stage = next
    }
    expect(toApi(stage)).toHaveLength(ROWS.length)
    expectNoTokenTwice(stage)
  })

  it.each([
    ['of another issuer', { issuer: 'https://evil.example' }],
    ['with a token endpoint that is not secure', { token_endpoint: 'http://login.example.com/token' }],
    ['without a token endpoint', { token_endpoint: undefined }],
    ['without S256', { code_challenge_methods_supported: ['plain'] }],
  ])('F15 shows its refresh token to no provider by a document %s', async (_, members) => {
    const stage = await keptSession()
    const next = await nextMorning(
      stage,
      changes((body) => ({ ...body, ...members })),
    )
    await expectRefusal(next.auth.authFetch(API), 'configuration')
    expect(next.provider.requestsTo('token')).toHaveLength(1)
    expect(next.provider.requestsTo('elsewhere')).toEqual([])
    await settled()
    expect(keptIn(next)).not.toHaveProperty('spender')
    next.provider.faults.discovery.never()
    await soon(() => renewalOf(next.auth.state) === 'fresh')
    expect((await next.auth.authFetch(API)).status).toBe(200)
  })
})
