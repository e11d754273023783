// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { API } from '../api-calls.ts'
import { backFromProvider, firstVisit, type Stage } from '../browser.ts'
import { HOMES } from '../homes/home.ts'
import { watch } from '../refreshing.ts'
import { expectRefusedAs, inTime } from './cell.ts'
import { FAULTS } from './faults.ts'
import { ROWS } from './table.ts'

it('The table has a row for each fault', () => {
  expect(ROWS.map(({ name }) => name).sort()).toEqual(Object.keys(FAULTS).sort())
})

describe.each(HOMES)('%s: what goes wrong when a login begins', (home) => {
  it('F09 F10 at discovery: nobody is led away, and the next login asks again', async () => {
    const stage = firstVisit({ home })
    const { auth, provider, tab } = stage
    await auth.start()
    const seen = watch(stage)
    for (const [attempts, { name, discovery }] of ROWS.entries()) {
      provider.faults.discovery.always(FAULTS[name])
      await expectRefusedAs(discovery, auth.login())
      expect(provider.requests, name).toHaveLength(attempts + 1)
    }
    expect(tab.departures).toEqual([])
    provider.faults.discovery.never()
    await auth.login()
    expect(tab.departures).toHaveLength(1)
    expect(provider.requests).toHaveLength(ROWS.length + 1)
    expect(seen).toEqual([])
  })
})

/** Why `start` says that nobody is signed in; it never rejects. */
const starting = async ({ auth }: Stage) => {
  const state = await auth.start()
  if (state.status === 'signed-out' && state.reason) throw state.reason
}

async function expectSignedInAfterwards(stage: Stage) {
  await stage.auth.login()
  await stage.tab.follow(stage.provider)
  const auth = stage.tab.createAuth(stage.options)
  expect(await auth.start()).toMatchObject({ status: 'signed-in', session: { user: { sub: 'ada' } } })
  expect((await auth.authFetch(API)).status).toBe(200)
}

describe.each(HOMES)('%s: what goes wrong when a login comes back', (home) => {
  for (const { C, name, code, said } of ROWS)
    it(`${C} with the code, ${name}: ${code}`.trim(), async () => {
      const stage = await backFromProvider({ home })
      stage.provider.faults.token.always(FAULTS[name])
      const seen = watch(stage)
      await expectRefusedAs(code, starting(stage), said)
      expect(seen.flatMap(({ status }) => (status === 'loading' ? [] : status))).toEqual(['signed-out'])
      expect(stage.provider.requestsTo('token')).toHaveLength(1)
      expect(stage.tab.url()).toBe('https://app.example.com/')
      stage.provider.faults.token.never()
      await expectSignedInAfterwards(stage)
      expect(stage.provider.requestsTo('token')).toHaveLength(2)
    })

  for (const { E, name, keys } of ROWS)
    it(`${E} with the keys, ${name}: ${keys}`, async () => {
      const stage = await backFromProvider({ home })
      stage.provider.faults.jwks.always(FAULTS[name])
      await expectRefusedAs(keys, starting(stage))
      expect(stage.auth.state.status).toBe('signed-out')
      expect(stage.provider.requestsTo('jwks')).toHaveLength(2)
      stage.provider.faults.jwks.never()
      await expectSignedInAfterwards(stage)
      expect(stage.provider.requestsTo('jwks')).toHaveLength(3)
    })
})

// How often they are read is decided in one place, wherever the tokens are.
for (const { E, name } of ROWS)
  it(`${E} with the keys once, ${name}: nobody notices`, async () => {
    const { auth, provider } = await backFromProvider()
    provider.faults.jwks.once(FAULTS[name])
    expect(await inTime(auth.start())).toMatchObject({ status: 'signed-in' })
    expect(provider.requestsTo('jwks')).toHaveLength(2)
    expect(provider.requestsTo('token')).toHaveLength(1)
  })
