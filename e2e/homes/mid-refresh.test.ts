import type { Page } from '@playwright/test'
import { held, unauthorized } from 'latchkey/testing'
import { expect, inEveryHome, status, test, text } from '../world/homes.ts'
import { leave } from '../world/hostile.ts'

// The one family of refresh tokens, or one for each tab: none of them may ever be shown twice.
inEveryHome((home) => {
  const isShared = home === 'shared-worker'
  const stays = 'signed in as ada'

  test.beforeEach(({ enter }) => enter())
  test.afterEach(({ hostile }) => expect(hostile.provider.reuses()).toBe(0))

  async function openTab(page: Page): Promise<Page> {
    const tab = await page.context().newPage()
    await tab.goto(page.url())
    await expect(status(tab)).not.toHaveText('loading')
    if ((await status(tab).textContent()) !== stays) await leave(tab)
    await expect(status(tab)).toHaveText(stays)
    return tab
  }

  test('B11 G35 a reload in mid-refresh: still signed in, and no refresh token was shown twice', async ({
    page,
    hostile,
  }) => {
    const refresh = held()
    hostile.provider.faults.token.once(refresh)
    hostile.provider.faults.api.once(() => unauthorized('Bearer error="invalid_token"'))
    const call = text(page, `${hostile.api}/notes`).catch(() => 'gone')
    await refresh.asked
    await page.reload()
    expect(await call).toBe('gone')
    await expect(status(page)).toHaveText(stays)
    refresh.release()
    expect(await text(page, `${hostile.api}/notes`)).toContain('"sub":"ada"')
    // The shared worker goes on with what it was doing; any other vault is gone with its page, and a new one asks anew.
    const asked = hostile.provider.requestsTo('token').map(({ form }) => form.get('grant_type'))
    expect(asked.slice(2)).toEqual(isShared ? [] : ['authorization_code'])
  })

  test('G19 a tab that is closed in mid-refresh holds nobody up', async ({ page, hostile }) => {
    const other = await openTab(page)
    const refresh = held()
    hostile.provider.faults.token.once(refresh)
    hostile.provider.faults.api.once(() => unauthorized('Bearer error="invalid_token"'))
    const call = text(page, `${hostile.api}/notes`).catch(() => 'gone')
    await refresh.asked
    await page.close()
    expect(await call).toBe('gone')
    refresh.release()
    expect(await text(other, `${hostile.api}/notes`)).toContain('"sub":"ada"')
    await expect(status(other)).toHaveText(stays)
  })

  test('G19 a tab that crashes in mid-refresh takes no other along for good', async ({ page, hostile, context }) => {
    const other = await openTab(page)
    const refresh = held()
    hostile.provider.faults.token.once(refresh)
    hostile.provider.faults.api.once(() => unauthorized('Bearer error="invalid_token"'))
    void text(page, `${hostile.api}/notes`).catch(() => 'gone')
    await refresh.asked
    const crashed = page.waitForEvent('crash')
    const devtools = await context.newCDPSession(page)
    devtools.send('Page.crash').catch(() => {})
    await crashed
    await page.close()
    refresh.release()
    if (isShared) {
      // The worker ran in the process that is gone.
      expect(await text(other, `${hostile.api}/notes`)).toBe('vault_unavailable')
      await expect(status(other)).toHaveText('signed out: vault_unavailable')
      await other.reload()
    }
    await expect(status(other)).toHaveText(stays)
    expect(await text(other, `${hostile.api}/notes`)).toContain('"sub":"ada"')
  })
})
