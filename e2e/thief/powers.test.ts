import { answers } from 'latchkey/testing'
import { expect, inEveryHome, status, test, text } from '../world/homes.ts'
import { letInFirst, lootOf } from '../world/thief.ts'
import { ownLogin } from '../world/thief-login.ts'

// What no home keeps a script of the page from, so that nobody believes it does.
inEveryHome((home) => {
  test('a script of the page can send requests in the person’s name, while the page is open', async ({
    page,
    hostile,
    visit,
    login,
  }) => {
    await visit()
    expect(await login()).toBe('signed in as ada')
    expect(await text(page, `${hostile.api}/notes`, { method: 'POST', body: 'by the thief' })).toContain('by the thief')
  })

  test('a script of the page can sign in by itself, and that session is its own', async ({
    page,
    hostile,
    visit,
    login,
  }) => {
    await visit()
    expect(await login()).toBe('signed in as ada')
    expect(await ownLogin(page, hostile)).toBe(200)
  })

  test('a script of the page can sign the person out', async ({ page, hostile, visit, login }) => {
    await visit()
    expect(await login()).toBe('signed in as ada')
    // An answer without content: the page stays.
    hostile.provider.faults.endSession.always(answers(204))
    await page.evaluate(() => [...document.querySelectorAll('button')].at(-1)?.click())
    await expect(status(page)).toHaveText('signed out')
    await expect.poll(() => hostile.provider.requestsTo('revocation').length).toBe(1)
  })

  if (home !== 'page')
    test('a script of the page can use the worker without the app: call, read the answer, sign the person out', async ({
      page,
      hostile,
      visit,
      login,
    }) => {
      await letInFirst(page)
      await visit()
      expect(await login()).toBe('signed in as ada')
      const url = `${hostile.api}/notes`
      const outcomes = await page.evaluate(async (url) => {
        const { thief } = window
        const [own] = [...thief.doors]
        if (!own) throw new Error('The app has no door.')
        const ask = (name: string, argument?: unknown) => ({ name, argument, mark: undefined })
        const request = {
          id: 1_000,
          repeatable: 'repeatable',
          members: { url, method: 'POST' },
          headers: [],
          body: new Blob(['x']),
        }
        return [await thief.beg(own, { call: ask('fetch', request) }), await thief.beg(own, { logout: ask('logout') })]
      }, url)
      expect(outcomes).toEqual([{ call: 'answered' }, { logout: 'answered' }])
      await expect(status(page)).toHaveText('signed out')
      expect(hostile.provider.requestsTo('api').map(({ request }) => request.method)).toEqual(['POST'])
      expect(await lootOf(page, hostile.provider)).not.toHaveProperty('access token')
    })
})
