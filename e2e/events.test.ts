import type { Page } from '@playwright/test'
import { lose } from './world/ladder.ts'
import { signIn } from './world/sign-in.ts'
import { expect, type Home, status, test } from './world/test.ts'

/** What each home has a session from that is there after a reload. */
const AFTER_RELOAD: Record<Home, string> = { page: 'redirect', worker: 'redirect', 'shared-worker': 'vault' }

const told = (page: Page) => page.evaluate(() => window.harness.events)

for (const [home, from] of Object.entries(AFTER_RELOAD) as [Home, string][])
  test.describe(home, () => {
    test.use({ home })

    test('the page that is back knows how long the login took, and a silent look for the session from a login', async ({
      page,
      open,
    }) => {
      await open({ tellsEvents: true, restore: ['redirect'] })
      const before = Date.now()
      await signIn(page)
      const [login, ...more] = await told(page)
      expect(more).toEqual([])
      expect(login).toMatchObject({ type: 'login_finished', mode: 'redirect', home })
      const { milliseconds } = login as { milliseconds: number }
      expect(milliseconds).toBeGreaterThan(0)
      expect(milliseconds).toBeLessThanOrEqual(Date.now() - before)
      if (home === 'shared-worker') await page.reload()
      else await lose(page)
      await expect(status(page)).toHaveText('signed in as ada')
      expect(await told(page)).toMatchObject([{ type: 'session_restored', from, home }])
    })
  })
