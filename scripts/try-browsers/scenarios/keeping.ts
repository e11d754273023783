import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { exchanges, logged, refreshes } from '../../../e2e/world/requests.ts'
import { call, canKeepKeys, expiryOf, renewalIs, renewedSince, saysTo, status } from '../page.ts'
import { signIn, signOut } from '../person.ts'
import type { Scenario } from '../scenario.ts'
import { until } from '../until.ts'

const options = { keepSession: true }

export const keeping: readonly Scenario[] = [
  {
    name: 'kept: a reload and a new tab ask nobody',
    options,
    async play({ openApp, provider, api, home }) {
      const tab = await openApp()
      await signIn(tab)
      await call(tab, `${api.url}me`)
      const isKept = await canKeepKeys(tab, home)
      provider.log.clear()
      await tab.reload()
      await saysTo(tab, 'signed in as ada')
      await tab.close()
      const next = await openApp('/notes/7')
      await saysTo(next, 'signed in as ada')
      assert.equal((await call(next, `${api.url}me`)).status, 200)
      const asked = [...logged(provider, '/auth'), ...logged(provider, '/token')].map(({ path }) => path)
      assert.deepEqual(asked, isKept ? [] : ['/auth', '/token'])
      return isKept ? undefined : 'no key can be kept there: hidden frame'
    },
  },
  {
    name: 'kept: two tabs refresh once for both, and are signed out together',
    options,
    accessTokenSeconds: 8,
    async play(world) {
      const { openApp, provider, api } = world
      const tab = await openApp()
      await signIn(tab)
      const other = await openApp()
      await saysTo(other, 'signed in as ada')
      for (let times = 0; times < 20; times += 1) {
        for (const each of [tab, other]) assert.equal((await call(each, `${api.url}me`)).status, 200)
        await sleep(1_000)
      }
      const asked = refreshes(provider)
      assert.ok(asked.every((each) => each.status === 200))
      const gaps = asked.slice(1).map(({ time }, index) => time - (asked[index]?.time ?? 0))
      assert.ok(Math.min(...gaps) > 3_000, `refreshes ${gaps.join(', ')} ms apart`)
      assert.equal(exchanges(provider).length, 1)
      await signOut(tab, world)
      await until(
        'signed out',
        () => status(other),
        (text) => text?.startsWith('signed out') === true,
        5_000,
      )
      await other.reload()
      await saysTo(other, 'signed out')
      return undefined
    },
  },
  {
    name: 'kept: a reload right after an answer was lost',
    options,
    accessTokenSeconds: 8,
    async play({ openApp, provider, api }) {
      const tab = await openApp()
      await signIn(tab)
      provider.control.play('lost', 600)
      const expiry = await expiryOf(tab)
      await renewalIs(tab, 'degraded')
      await tab.reload()
      await saysTo(tab, 'signed in as ada')
      await renewedSince(tab, expiry)
      assert.equal((await call(tab, `${api.url}me`)).status, 200)
      return undefined
    },
  },
]
