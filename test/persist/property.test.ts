// @vitest-environment node
import fc from 'fast-check'
import { held } from 'latchkey/testing'
import { expect, it } from 'vitest'
import { API } from '../api-calls.ts'
import { inAnotherTab } from '../browser.ts'
import { settled, sleep } from '../clock.ts'
import { expectNoTokenTwice, type Keeping, keptSession, withFrames } from './keeping.ts'
import { memoryStore } from './memory-store.ts'

const TABS = 3

/** What can happen to tabs; each is told which. */
type Step =
  | {
      readonly what: 'call' | 'reload' | 'killed in mid-refresh' | 'freeze' | 'no answer at the store'
      readonly tab: number
    }
  | { readonly what: 'sleep'; readonly seconds: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constantFrom('call', 'reload', 'killed in mid-refresh', 'freeze', 'no answer at the store'),
      tab: fc.nat(TABS - 1),
    }),
  },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('sleep'), seconds: fc.integer({ min: 1, max: 1_300 }) }) },
)

it('G01 no refresh token is spent twice, and nobody is signed out, whatever happens to the tabs', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
      const one = await keptSession({}, memoryStore())
      const { store, provider } = one
      const tabs: Keeping[] = [one, ...Array.from({ length: TABS - 1 }, () => ({ ...inAnotherTab(one), store }))]
      for (const tab of tabs) withFrames(tab)
      const start = async (tab: Keeping) => {
        tab.tab.focus()
        expect(await tab.auth.start()).toMatchObject({ status: 'signed-in' })
      }
      const reload = async (index: number) => {
        const { tab, options } = tabs[index] ?? one
        tab.load(tab.url())
        tabs[index] = { ...one, tab, auth: tab.createAuth(options) }
        await start(tabs[index])
      }
      const call = async ({ tab, auth }: Keeping) => {
        tab.focus()
        expect((await auth.authFetch(API)).status).toBe(200)
      }
      for (const tab of tabs.slice(1)) await start(tab)

      for (const each of steps) {
        if (each.what === 'sleep') {
          sleep(each.seconds * 1000)
          continue
        }
        const tab = tabs[each.tab] ?? one
        if (each.what === 'call') await call(tab)
        if (each.what === 'reload') await reload(each.tab)
        if (each.what === 'no answer at the store') {
          store.fault = () => Promise.reject(new DOMException('Internal error', 'UnknownError'))
          tab.tab.focus()
          await tab.auth.userInfo().catch(() => {})
          store.fault = () => {}
        }
        if (each.what === 'killed in mid-refresh' || each.what === 'freeze') {
          const token = held()
          provider.faults.token.once(token)
          tab.tab.focus()
          const before = provider.requestsTo('token').length
          tab.auth.authFetch(API).catch(() => {})
          await settled()
          const isSpending = provider.requestsTo('token').length > before
          if (isSpending && each.what === 'freeze') {
            store.kill()
            for (const other of tabs) if (other !== tab) await call(other)
          }
          if (isSpending && each.what !== 'freeze') await reload(each.tab)
          token.release()
          await settled()
        }
      }
      for (const tab of tabs) await call(tab)
      expectNoTokenTwice(one)
    }),
    { numRuns: 12 },
  )
})
