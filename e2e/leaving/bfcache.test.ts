import { held, unauthorized } from 'latchkey/testing'
import { expect, inEveryHome, status, test, text } from '../world/homes.ts'
import { beginCall } from '../world/waiting-call.ts'

// Playwright turns the back/forward cache off.
test.use({
  launchOptions: [
    async ({ launchOptions }, use) => {
      await use({ ...launchOptions, ignoreDefaultArgs: ['--disable-back-forward-cache'] })
    },
    { scope: 'worker' },
  ],
})

inEveryHome((home) => {
  test('B10 G17 a page that is left in mid-refresh and brought back: signed in, and no refresh token is shown twice', async ({
    page,
    hostile,
    api,
    enter,
  }) => {
    await enter()
    await page.evaluate(() =>
      addEventListener('pageshow', (event) => {
        document.title = event.persisted ? 'Revived' : 'Loaded'
      }),
    )
    const refresh = held()
    hostile.provider.faults.token.once(refresh)
    hostile.provider.faults.api.once(() => unauthorized('Bearer error="invalid_token"'))
    const outcome = await beginCall(page, `${hostile.api}/notes`)
    await refresh.asked
    await page.goto(`${api.origin}/echo`)
    refresh.release()
    await page.goBack({ waitUntil: 'commit' }) // a page that is revived does not load
    await expect(page).toHaveTitle('Revived')
    // What a page elsewhere has asked for is not answered while it is away; it may ask again.
    expect(await outcome()).toBe(home === 'page' ? 200 : 'vault_unavailable')
    expect(await text(page, `${hostile.api}/notes`)).toContain('"sub":"ada"')
    await expect(status(page)).toHaveText('signed in as ada')
    const asked = hostile.provider.requestsTo('token').map(({ form }) => form.get('grant_type'))
    expect(asked).toEqual(['authorization_code', 'refresh_token'])
    expect(hostile.provider.reuses()).toBe(0)
  })
})
