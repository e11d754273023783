// @vitest-environment node
import type { LoginOptions } from 'latchkey'
import { describe, expect, it } from 'vitest'
import { firstVisit, returning } from '../browser.ts'
import { sleep } from '../clock.ts'
import { type Claims, expectTokenRefused, type Outcome } from '../coming-back.ts'
import { expectRefusal, reasonOf } from '../outcome.ts'
import { asked } from './asked.ts'

const each = (values: readonly unknown[]) => values.map((value) => ({ value }))

/** What a login with conditions comes to when the ID token says this, so many seconds later. */
async function comingBack(login: LoginOptions, change: (claims: Claims) => Claims = () => ({}), later = 0) {
  const stage = firstVisit()
  await stage.auth.login(login)
  if (later) sleep(later * 1000)
  stage.provider.idToken.always({ claims: (claims) => ({ ...claims, ...change(claims) }) })
  const back = await returning(stage)
  return { ...back, state: await back.auth.start() } satisfies Outcome
}

const since = (seconds: number) => (claims: Claims) => ({ auth_time: Number(claims.iat) - seconds })

describe('A login with max_age', () => {
  const within = (max_age: string) => ({ parameters: { max_age } })

  it.each(['0', '1', '300', '86400', '000'])('A17 of %s is sent, and a login as recent is taken', async (maxAge) => {
    const outcome = await comingBack(within(maxAge))
    expect(asked(outcome).getAll('max_age')).toEqual([maxAge])
    expect(outcome.state.status).toBe('signed-in')
  })

  it.each(['-1', '1.5', '1e3', '0x1', ' 1', '1 ', '', 'soon', 'Infinity', '٣', '1,2'])(
    'A17 of %j is refused before it is sent',
    async (max_age) => {
      const { auth, tab, options } = firstVisit()
      await expectRefusal(auth.login({ parameters: { max_age } }), 'configuration')
      await expectRefusal(() => tab.createAuth({ ...options, parameters: { max_age } }), 'configuration')
      expect(tab.departures).toEqual([])
    },
  )

  const WRONG = [undefined, null, '', 'now', '1900000000', true, [], {}, [1_900_000_000], '2030-01-01']
  it.each(each(WRONG))('A17, D46 refuses an auth_time that is $value', async ({ value }) => {
    await expectTokenRefused(await comingBack(within('300'), () => ({ auth_time: value })))
  })

  it.each([
    ['300', 306],
    ['300', 3_600],
    ['300', 1e9],
    ['0', 6],
    ['0', 60],
  ])('A17, D46 of %s refuses a login %i seconds before the token', async (maxAge, seconds) => {
    const outcome = await comingBack(within(maxAge), since(seconds))
    await expectTokenRefused(outcome)
    expect(reasonOf(outcome.state).message).toMatch(/auth_time/)
  })

  it.each([
    ['300', 300],
    ['300', 0],
    ['0', 5],
  ])('A17 of %s takes a login %i seconds before the token', async (maxAge, seconds) => {
    expect((await comingBack(within(maxAge), since(seconds))).state.status).toBe('signed-in')
  })

  it('A17 counts from when the person was sent away, however long they took there', async () => {
    expect((await comingBack(within('0'), since(120), 120)).state.status).toBe('signed-in')
    await expectTokenRefused(await comingBack(within('0'), since(126), 120))
  })

  it('D46 refuses an old login whose token claims to be as old', async () => {
    const dayOld = ({ iat }: Claims) => ({ iat: Number(iat) - 86_400, auth_time: Number(iat) - 86_400 })
    await expectTokenRefused(await comingBack(within('300'), dayOld))
    await expectTokenRefused(await comingBack(within('300'), () => ({ iat: 1, auth_time: 1 })))
    await expectTokenRefused(await comingBack(within('300'), () => ({ iat: -1, auth_time: -1 })))
  })

  it('D46 refuses a login of tomorrow', async () => {
    await expectTokenRefused(await comingBack(within('300'), since(-86_400)))
  })

  it('A17 set for every login holds for each', async () => {
    const stage = firstVisit({ options: { parameters: { max_age: '300' } } })
    await stage.auth.login()
    expect(asked(stage).get('max_age')).toBe('300')
    stage.provider.idToken.always({ claims: (claims) => ({ ...claims, ...since(3_600)(claims) }) })
    const back = await returning(stage)
    await expectTokenRefused({ ...back, state: await back.auth.start() })
  })

  it.each(each(['1900000000', null, true, [], {}, '']))(
    'an auth_time that is $value is refused unasked, too',
    async ({ value }) => {
      await expectTokenRefused(await comingBack({}, () => ({ auth_time: value })))
    },
  )
})

describe('A login that meets a challenge', () => {
  const stepUp = { acrValues: 'gold silver', maxAge: 60, scope: 'notes:delete' }

  it('A18 asks for what it wants, and is taken when it is met', async () => {
    const outcome = await comingBack({ stepUp })
    expect(Object.fromEntries(asked(outcome))).toMatchObject({
      acr_values: 'gold silver',
      max_age: '60',
      scope: 'openid profile email notes:read notes:write notes:delete',
    })
    expect(outcome.state.status).toBe('signed-in')
  })

  it('A18 wants more than what the app asks for otherwise, and wins over it', async () => {
    const outcome = await comingBack({ stepUp, parameters: { acr_values: 'bronze', max_age: '86400' } })
    expect(asked(outcome).getAll('acr_values')).toEqual(['gold silver'])
    expect(asked(outcome).getAll('max_age')).toEqual(['60'])
  })

  // OpenID Connect Core 3.1.2.1: a voluntary claim.
  it.each(['bronze', undefined])(
    'A18 where the app asks by itself, acr_values are a wish: %s is taken',
    async (acr) => {
      const outcome = await comingBack({ parameters: { acr_values: 'gold' } }, () => ({ acr }))
      expect(asked(outcome).get('acr_values')).toBe('gold')
      expect(outcome.state.status).toBe('signed-in')
    },
  )

  it.each(['gold', 'silver'])('A18 is met by the acr %s', async (acr) => {
    expect((await comingBack({ stepUp }, () => ({ acr }))).state.status).toBe('signed-in')
  })

  const TOO_LOW = ['bronze', '', ' ', 'gold silver', 'Gold', 'gold ', 'gol', undefined, null, 1, true, ['gold'], [], {}]
  it.each(each(TOO_LOW))('A18 is not met by the acr $value', async ({ value }) => {
    const outcome = await comingBack({ stepUp }, () => ({ acr: value }))
    await expectTokenRefused(outcome)
    expect(reasonOf(outcome.state).message).toMatch(/acr/)
  })

  it.each(['gold ', ' gold', 'gold  silver', ' '])(
    'A18 is not met by an empty acr where %j was asked for',
    async (acrValues) => {
      await expectTokenRefused(await comingBack({ stepUp: { acrValues } }, () => ({ acr: '' })))
    },
  )

  it.each(each([undefined, 1, 'now', null]))('A18 is not met by the auth_time $value', async ({ value }) => {
    await expectTokenRefused(await comingBack({ stepUp }, () => ({ auth_time: value })))
  })

  it('A18 is not met by an old login', async () => {
    await expectTokenRefused(await comingBack({ stepUp }, since(3_600)))
    await expectTokenRefused(await comingBack({ stepUp: { maxAge: 0 } }, since(60)))
  })

  it('A18 that wants nothing is an ordinary login', async () => {
    const outcome = await comingBack({ stepUp: {} })
    expect([...asked(outcome).keys()].filter((name) => /acr_values|max_age/.test(name))).toEqual([])
    expect(outcome.state.status).toBe('signed-in')
  })
})
