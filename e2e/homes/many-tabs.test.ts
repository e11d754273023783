import type { Page } from '@playwright/test'
import type { LogEntry } from '../../demo/provider/protocol-log.ts'
import { inEveryHome } from '../world/homes.ts'
import { exchanges, refreshes } from '../world/requests.ts'
import { signIn } from '../world/sign-in.ts'
import { expect, status, test } from '../world/test.ts'

const TABS = 8
const CALLERS = 5
const LIFETIME = 10
const LIFETIMES = 3

interface Finding {
  readonly statuses: readonly (number | string)[]
  readonly told: readonly string[]
}

/** So many callers at once, again and again, until the time is over. Answers every outcome there was. */
async function callForAWhile(tab: Page, url: string, milliseconds: number): Promise<Finding> {
  return tab.evaluate(
    async ([url, milliseconds, callers]) => {
      const { auth } = window.harness
      const end = Date.now() + milliseconds
      const statuses = new Set<number | string>()
      const callAgainAndAgain = async () => {
        while (Date.now() < end) {
          statuses.add(
            await auth.authFetch(url).then(
              ({ status }) => status,
              ({ code, name }) => code ?? name,
            ),
          )
          await new Promise((resolve) => setTimeout(resolve, 200))
        }
      }
      await Promise.all(Array.from({ length: callers }, callAgainAndAgain))
      return { statuses: [...statuses], told: window.harness.told.map(({ status }) => status) }
    },
    [url, milliseconds, CALLERS] as const,
  )
}

/** How many milliseconds lie between each refresh and the next. */
const gaps = (entries: readonly LogEntry[]) =>
  entries.slice(1).map(({ time }, index) => time - (entries[index]?.time ?? 0))

test.describe('8 tabs with 5 callers each, over several lives of the token', () => {
  test.use({ accessTokenSeconds: LIFETIME, isSpread: true })
  test.setTimeout(180_000)

  inEveryHome((home) => {
    for (const keepSession of [false, true]) {
      const isShared = home === 'shared-worker' || keepSession
      const families = isShared ? 1 : TABS

      test(`G18 G19 G35 one token request for each life of a token, and no tab is lost${keepSession ? ', of a session that is kept' : ''}`, async ({
        page,
        open,
        world,
        context,
      }) => {
        await open({ keepSession })
        await signIn(page)
        const tabs = [page]
        while (tabs.length < TABS) {
          const tab = await context.newPage()
          await tab.goto(world.site.origin)
          await expect(status(tab)).toHaveText('signed in as ada')
          tabs.push(tab)
        }
        expect(exchanges(world.provider)).toHaveLength(families)
        const begun = Date.now()

        const findings = await Promise.all(
          tabs.map((tab) => callForAWhile(tab, `${world.api.url}me`, LIFETIMES * LIFETIME * 1000)),
        )
        for (const { statuses, told } of findings) {
          expect(statuses).toEqual([200])
          expect(told.filter((each) => each !== 'signed-in')).toEqual([])
        }
        for (const tab of tabs) await expect(status(tab)).toHaveText('signed in as ada')

        const asked = refreshes(world.provider)
        expect(asked.filter(({ status }) => status !== 200)).toEqual([])
        // A token lives ten seconds and is renewed after seven and a half at the earliest.
        const since = asked.filter(({ time }) => time >= begun)
        expect(since.length).toBeGreaterThanOrEqual((LIFETIMES - 1) * families)
        expect(since.length).toBeLessThanOrEqual((Math.floor((Date.now() - begun) / 7_500) + 1) * families)
        if (isShared) expect(Math.min(...gaps(asked))).toBeGreaterThan(3_000)
        expect(exchanges(world.provider)).toHaveLength(families)
      })
    }
  })
})
