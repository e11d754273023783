// @vitest-environment node

import fc from 'fast-check'
import { decodeJwt } from 'jose'
import { isRetriable } from 'latchkey'
import { expect, it } from 'vitest'
import { API } from '../api-calls.ts'
import { type Stage, signedIn } from '../browser.ts'
import { advance, settled, sleep } from '../clock.ts'
import { HOMES } from '../homes/home.ts'
import { refreshesAt, renewalOf, wake, watch } from '../refreshing.ts'
import { soon } from './cell.ts'
import { FAULTS } from './faults.ts'
import { ROWS } from './table.ts'

const TWO_MINUTES = 120_000
const PASSING = ROWS.filter(({ refresh }) => refresh !== 'ends').map(({ name }) => name)

const seconds = fc.integer({ min: 1, max: 1_300 })

/** What happens to a page, one thing after the other, and what the provider answers meanwhile. */
const step = fc.record({
  fault: fc.constantFrom(...PASSING),
  at: fc.constantFrom('token', 'jwks'),
  what: fc.oneof(
    fc.constantFrom('call', 'online', 'pageshow', 'visibilitychange', 'retry'),
    fc.record({ passes: seconds }),
    fc.record({ sleeps: seconds }),
  ),
})

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

/** Looks at each token that reaches the API. */
function watchTokens({ provider }: Stage): { readonly expired: () => number } {
  let expired = 0
  provider.faults.api.always((request, normally) => {
    const { exp = 0 } = decodeJwt(request.headers.get('authorization')?.slice('Bearer '.length) ?? '')
    if (exp * 1000 <= Date.now()) expired += 1
    return normally()
  })
  return { expired: () => expired }
}

async function play({ auth, provider, tab }: Stage, { fault, at, what }: Step) {
  provider.faults.token.never()
  provider.faults.jwks.never()
  provider.faults[at].always(FAULTS[fault])
  if (typeof what === 'object') {
    if ('sleeps' in what) sleep(what.sleeps * 1000)
    else await advance(what.passes * 1000)
  } else if (what === 'call') {
    const call = auth.authFetch(API).then(
      ({ status }) => expect(status).toBe(200),
      (error) => expect(isRetriable(error), `${error}`).toBe(true),
    )
    await advance(25_000)
    await call
  } else {
    if (what === 'retry') auth.retry()
    else wake(tab, what)
    await settled()
  }
}

it(
  'G11, G13, G14, H30 whatever passes, in whatever order: the same person is signed in when it is over',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...HOMES), fc.array(step, { maxLength: 20 }), async (home, steps) => {
        const stage = await signedIn({ home })
        // So that each answer to a refresh has the keys read.
        await stage.provider.keys.rotate()
        const tokens = watchTokens(stage)
        const seen = watch(stage)
        for (const each of steps) await play(stage, each)

        stage.provider.faults.token.never()
        stage.provider.faults.jwks.never()
        await soon(() => renewalOf(stage.auth.state) === 'fresh')
        expect(await (await stage.auth.authFetch(API)).json()).toMatchObject({ sub: 'ada' })
        expect(stage.auth.state).toMatchObject({ status: 'signed-in', session: { user: { sub: 'ada' } } })
        expect(tokens.expired()).toBe(0)
        expect(seen.map(renewalOf)).toEqual(seen.map((_, index) => (index % 2 === 0 ? 'degraded' : 'fresh')))
        expect(renewalOf(seen.at(-1) ?? stage.auth.state)).toBe('fresh')
        const spent = refreshesAt(stage).map(({ form }) => form.get('refresh_token'))
        expect(spent.every((token) => token?.startsWith('refresh-'))).toBe(true)
        expect(stage.provider.reuses()).toBe(0)
      }),
      { numRuns: 10 },
    )
  },
  TWO_MINUTES,
)
