import type { Page } from '@playwright/test'
import { answers, GRACE } from 'latchkey/testing'
import { expect, inEveryHome, status, test, text } from '../world/homes.ts'
import { leave, reason } from '../world/hostile.ts'

/** Starts a call in the page and leaves it under way; `outcome` answers what came of it. */
async function callUnderWay(page: Page, url: string): Promise<{ outcome: () => Promise<string> }> {
  await page.evaluate((url) => {
    const { auth, AuthError } = window.harness
    const outcome = auth.authFetch(url).then(
      (response) => response.text(),
      (error) => (error instanceof AuthError ? error.code : error.name),
    )
    Object.assign(window, { outcome })
  }, url)
  return { outcome: () => page.evaluate(() => (window as unknown as { outcome: Promise<string> }).outcome) }
}

inEveryHome((home) => {
  /** Another tab of the same person. In the shared worker they are signed in already. */
  async function openTab(page: Page): Promise<Page> {
    const tab = await page.context().newPage()
    await tab.goto(page.url())
    await expect(status(tab)).not.toHaveText('loading')
    if (home !== 'shared-worker' && (await status(tab).textContent()) !== 'signed in as ada') await leave(tab)
    await expect(status(tab)).toHaveText('signed in as ada')
    return tab
  }

  test('J09 a sign-out in one tab signs out the other at once, and what was under way there rejects', async ({
    page,
    api,
    enter,
  }) => {
    await enter()
    const other = await openTab(page)
    const { outcome } = await callUnderWay(other, `${api.origin}/held`)
    await expect.poll(() => api.callsTo('/held').length).toBe(1)
    const back = page.waitForURL(/[?&]state=/)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await expect(status(other)).toHaveText(home === 'shared-worker' ? 'signed out' : 'signed out: login_required')
    expect(await outcome()).toBe('login_required')
    await api.callsTo('/held')[0]?.closed
    expect(await text(other, `${api.origin}/echo`)).toBe('login_required')
    expect(api.callsTo('/echo')).toEqual([])
    await back
  })

  test('J09 what is under way in the very tab that signs out rejects', async ({ page, api, hostile, enter }) => {
    await enter()
    const { outcome } = await callUnderWay(page, `${api.origin}/held`)
    await expect.poll(() => api.callsTo('/held').length).toBe(1)
    // An answer without content: the tab stays where it is, so that it can be asked.
    hostile.provider.faults.endSession.always(answers(204))
    await page.evaluate(() => void window.harness.auth.logout())
    expect(await outcome()).toBe('login_required')
  })

  test('B33 G31 another person who signs in elsewhere: nothing of the first is used from then on', async ({
    page,
    api,
    hostile,
    enter,
  }) => {
    await enter()
    const other = await openTab(page)
    const { outcome } = await callUnderWay(page, `${api.origin}/held`)
    await expect.poll(() => api.callsTo('/held').length).toBe(1)
    const [adas] = api.calls.map(({ headers }) => headers.authorization)
    hostile.provider.signIn(GRACE)
    await leave(other)
    await expect(status(other)).toHaveText('signed in as grace')

    expect(await outcome()).toBe('login_required')
    if (home === 'shared-worker') await expect(status(page)).toHaveText('signed in as grace')
    else {
      await expect(status(page)).toHaveText('signed out: login_required')
      expect((await reason(page)).message).toContain('another')
    }
    for (const tab of [page, other]) await text(tab, `${api.origin}/echo`)
    const sent = api.callsTo('/echo').map(({ headers }) => headers.authorization)
    expect(sent).toHaveLength(home === 'shared-worker' ? 2 : 1)
    expect(sent).not.toContain(adas)
  })

  test('a tab that closes takes its requests along, and the other goes on', async ({ page, api, enter }) => {
    await enter()
    const other = await openTab(page)
    const mine = await callUnderWay(page, `${api.origin}/held?mine`)
    await callUnderWay(other, `${api.origin}/held?theirs`)
    await expect.poll(() => api.callsTo('/held').length).toBe(2)
    await other.close()
    await api.callsTo('/held').find(({ path }) => path.endsWith('theirs'))?.closed
    api.release()
    expect(await mine.outcome()).toBe('released')
    await expect(status(page)).toHaveText('signed in as ada')
  })
})
