import { redirects } from 'latchkey/testing'
import { call } from '../world/call.ts'
import { asked, expect, status, test } from '../world/hostile.ts'
import { type Loot, letIn, letInFirst, lootOf } from '../world/thief.ts'

/** What a page may ask for, and so a thief in it: none of it is a token. Everything else is refused or left unanswered. */
const ANSWERED = [
  'a frame that nobody asked for',
  'a piece of what others read',
  'a request with a prototype',
  'a request with more headers than any',
  'beginLogin of an empty object',
  'connect of nothing',
  'the end of what others read',
  'userInfo of nothing',
  'wake of nothing',
]
const UNANSWERED = [
  'JSON-RPC',
  'a call with a prototype',
  'a call with more to it',
  'a list',
  'a number',
  'a text',
  'an event',
  'comlink',
  'nothing at all',
]

for (const home of ['worker', 'shared-worker'] as const) {
  test.describe(home, () => {
    test.use({ home })

    test('I08 L09 whatever a script says to the worker, it gets no token, and none goes to a stranger', async ({
      page,
      hostile,
      visit,
      login,
    }) => {
      await letInFirst(page)
      await visit()
      expect(await login()).toBe('signed in as ada')
      const { api, issuer, stranger } = hostile
      const before = asked(hostile, 'token')
      const outcomes = await page.evaluate(
        async (places) => {
          const { thief } = window
          const [door] = [...thief.doors]
          if (!door) throw new Error('The app has no door.')
          return thief.beg(door, thief.pleas(places))
        },
        { api, issuer, stranger },
      )

      const withOutcome = (outcome: string) =>
        Object.keys(outcomes)
          .filter((label) => outcomes[label] === outcome)
          .sort()
      expect(withOutcome('answered')).toEqual(ANSWERED)
      expect(withOutcome('silence')).toEqual(UNANSWERED)
      expect(asked(hostile, 'token')).toBe(before)
      expect(hostile.arrivals.filter(({ origin }) => origin === stranger)).toEqual([])
      expect(await call(page, `${api}/notes`)).toMatchObject({ status: 200 })
      await expect(status(page)).toHaveText('signed in as ada')
      expect(tokensIn(await lootOf(page, hostile.provider))).toEqual([])
    })

    test('I08 H06 a request that the API redirects, and an answer that the thief makes up, bring no token to anybody', async ({
      page,
      hostile,
      visit,
      login,
    }) => {
      await letInFirst(page)
      await visit()
      expect(await login()).toBe('signed in as ada')
      const { api, issuer, stranger, provider } = hostile
      provider.faults.api.once(redirects(`${stranger}/caught`))
      provider.faults.api.once(redirects(`${issuer}/token`, 307))
      const outcomes = await page.evaluate(
        async ([url, issuer]) => {
          const { thief } = window
          const [door] = [...thief.doors]
          if (!door) throw new Error('The app has no door.')
          const ask = (name: string, argument: unknown) => ({ [name]: { name, argument, mark: undefined } })
          const request = { repeatable: 'repeatable', headers: [], body: undefined }
          const referrer = `${location.origin}/?secret`
          const members = { url, method: 'GET', referrer, referrerPolicy: 'unsafe-url', keepalive: true }
          const begun = new Promise<string>((resolve) => {
            door.addEventListener('message', (event) => {
              const { state } = (event as MessageEvent).data.value ?? {}
              if (state) resolve(state)
            })
          })
          const first = await thief.beg(door, ask('fetch', { ...request, id: 1_000, members }))
          const second = await thief.beg(door, ask('fetch', { ...request, id: 1_001, members }))
          await thief.beg(door, ask('beginLogin', { parameters: { prompt: 'none' } }))
          const query = `?code=thief&state=${await begun}&iss=${issuer}`
          return [
            first,
            second,
            await thief.beg(door, ask('redeemLogin', query)),
            await thief.beg(door, ask('redeemLogin', query)),
          ]
        },
        [`${api}/notes`, issuer] as const,
      )
      expect(outcomes).toEqual([
        { fetch: 'answered' },
        { fetch: 'answered' },
        { redeemLogin: 'provider_error' },
        { redeemLogin: 'callback_invalid' },
      ])
      // Both have gone there, without the token.
      const caught = hostile.arrivals.filter(
        ({ path, method }) => method === 'GET' && ['/caught', '/token'].includes(path),
      )
      expect(caught).toHaveLength(2)
      for (const { headers } of caught) expect(headers).not.toHaveProperty('authorization')
      await expect(status(page)).toHaveText('signed in as ada')
      expect(tokensIn(await lootOf(page, provider))).toEqual([])
    })
  })
}

test.describe('shared-worker', () => {
  test.use({ home: 'shared-worker' })

  test('I08 a way to the worker of its own brings a script no further', async ({ page, hostile, visit, login }) => {
    await visit()
    expect(await login()).toBe('signed in as ada')
    await letIn(page)
    const { api, issuer, stranger } = hostile
    const outcomes = await page.evaluate(
      async (places) => {
        const { thief } = window
        return thief.beg(await thief.knock(), thief.pleas(places))
      },
      { api, issuer, stranger },
    )
    expect(
      Object.keys(outcomes)
        .filter((label) => outcomes[label] === 'answered')
        .sort(),
    ).toEqual(ANSWERED)
    expect(hostile.arrivals.filter(({ origin }) => origin === stranger)).toEqual([])
    // The app has not noticed.
    expect(await call(page, `${api}/notes`)).toMatchObject({ status: 200 })
    expect(tokensIn(await lootOf(page, hostile.provider))).toEqual([])
  })
})

const tokensIn = (loot: Loot) => Object.keys(loot).filter((kind) => kind !== 'code' && kind !== 'nonce')
