// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { API, toApi } from '../api-calls.ts'
import { type Stage, signedIn } from '../browser.ts'
import { advance, settled, sleep } from '../clock.ts'
import { HOMES } from '../homes/home.ts'
import { refreshesAt, watch } from '../refreshing.ts'
import { expectRefusedAs } from './cell.ts'
import { FAULTS } from './faults.ts'
import { ROWS } from './table.ts'

const REFUSED = 'invalid_client with 401'

/** What an API call comes to, in the words of the table. */
async function outcomeOf({ auth }: Stage, isEndless: boolean): Promise<string> {
  const stop = new AbortController()
  const outcome = auth.authFetch(API, { signal: stop.signal }).then(
    ({ status }) => `${status}`,
    (error) => (error instanceof TypeError ? 'fails' : error.name),
  )
  if (!isEndless) return outcome
  await advance(60_000)
  stop.abort()
  expect(await outcome).toBe('AbortError')
  return 'waits'
}

describe.each(HOMES)('%s: while somebody is signed in', (home) => {
  it('F10 discovery is not asked again, whatever it would say', async () => {
    const stage = await signedIn({ home })
    const seen = watch(stage)
    for (const { name } of ROWS) {
      stage.provider.faults.discovery.always(FAULTS[name])
      sleep(601_000)
      expect((await stage.auth.authFetch(API)).status, name).toBe(200)
    }
    expect(stage.provider.requestsTo('discovery')).toHaveLength(1)
    expect(refreshesAt(stage)).toHaveLength(ROWS.length)
    expect(seen).toEqual([])
  })

  it('G13 no fault at UserInfo says anything of the session', async () => {
    const stage = await signedIn({ home })
    const { userInfo } = stage.provider.faults
    const seen = watch(stage)
    for (const { name, userInfo: word } of ROWS) {
      userInfo.always(FAULTS[name])
      const before = stage.provider.requestsTo('userInfo').length
      await expectRefusedAs(word, stage.auth.userInfo())
      // A 401 may mean the token: it is renewed, and the question asked once more.
      expect(stage.provider.requestsTo('userInfo').length - before, name).toBe(name === REFUSED ? 2 : 1)
      userInfo.never()
      expect(await stage.auth.userInfo(), name).toMatchObject({ sub: 'ada' })
    }
    expect(refreshesAt(stage)).toHaveLength(1)
    expect(stage.auth.state.status).toBe('signed-in')
    expect(seen).toEqual([])
  })

  it('G13 what an API answers is for the app, and says nothing of the session', async () => {
    const stage = await signedIn({ home })
    const seen = watch(stage)
    stage.provider.faults.elsewhere.always(() => new Response('<h1>Welcome'))
    for (const { name, api } of ROWS) {
      stage.provider.faults.api.always(FAULTS[name])
      const before = toApi(stage).length
      expect(await outcomeOf(stage, api === 'waits'), name).toBe(api)
      expect(toApi(stage).length - before, name).toBe(name === REFUSED ? 2 : 1)
      stage.provider.faults.api.never()
      expect((await stage.auth.authFetch(API)).status, name).toBe(200)
    }
    expect(refreshesAt(stage)).toHaveLength(1)
    expect(stage.auth.state.status).toBe('signed-in')
    expect(seen).toEqual([])
    await settled()
  })

  for (const { name } of ROWS)
    it(`J10 ${name} at the revocation: a logout is a logout`, async () => {
      const stage = await signedIn({ home })
      const seen = watch(stage)
      stage.provider.faults.revocation.always(FAULTS[name])
      expect(await stage.auth.logout()).toBe('provider')
      await advance(60_000)
      expect(stage.auth.state).toEqual({ status: 'signed-out' })
      expect(seen).toEqual([stage.auth.state])
      expect(stage.provider.requestsTo('revocation')).toHaveLength(1)
      expect(stage.tab.departures).toHaveLength(2)
    })
})
