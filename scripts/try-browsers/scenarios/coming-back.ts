import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { exchanges, logged, refreshes } from '../../../e2e/world/requests.ts'
import type { Tab } from '../engines/engine.ts'
import { call, renewalIs, saysTo, status } from '../page.ts'
import { signIn, signOut } from '../person.ts'
import type { Scenario } from '../scenario.ts'
import { until } from '../until.ts'

const PLACE = '/notes/7?sort=new#top'

/** What the page had to do to find the session. */
const waitedFor = async (tab: Tab) =>
  (await tab.run(() => window.harness.waited)).filter((step) => step !== 'vault').join(', ')
const revival = async (tab: Tab) => ((await tab.run(() => window.revived === true)) ? 'revived' : 'loaded anew')
const elsewhere = (api: string) => `${api}.well-known/oauth-protected-resource`

export const comingBack: readonly Scenario[] = [
  {
    name: 'reload',
    async play({ openApp, origin, provider, api, home }) {
      const tab = await openApp(PLACE)
      await signIn(tab)
      await tab.reload()
      await saysTo(tab, 'signed in as ada')
      const waited = await waitedFor(tab)
      assert.equal(await tab.run(() => location.href), origin + PLACE)
      assert.equal((await call(tab, `${api.url}me`)).status, 200)
      if (home !== 'shared-worker') assert.equal(waited, 'frame')
      assert.equal(exchanges(provider).length, waited === 'frame' ? 2 : 1)
      return waited ? 'hidden frame' : 'the worker lived on'
    },
  },
  {
    name: 'reload, the provider on another site',
    host: '127.0.0.1',
    async play({ openApp, origin, provider, api, home }) {
      const tab = await openApp(PLACE)
      await signIn(tab)
      await tab.reload()
      await saysTo(tab, 'signed in as ada')
      const waited = await waitedFor(tab)
      assert.equal(await tab.run(() => location.href), origin + PLACE)
      assert.equal((await call(tab, `${api.url}me`)).status, 200)
      if (home !== 'shared-worker') assert.equal(waited, 'callback')
      assert.equal(exchanges(provider).length, waited === 'callback' ? 2 : 1)
      return waited ? 'one redirect' : 'the worker lived on'
    },
  },
  {
    name: 'reload in the middle of a refresh',
    accessTokenSeconds: 8,
    async play({ openApp, provider, api }) {
      const tab = await openApp()
      await signIn(tab)
      provider.control.play('slow', 600)
      await renewalIs(tab, 'refreshing')
      await tab.reload()
      provider.control.play('slow', 0)
      await saysTo(tab, 'signed in as ada')
      assert.equal((await call(tab, `${api.url}me`)).status, 200)
      return undefined
    },
  },
  {
    name: 'back to a page whose token is over',
    accessTokenSeconds: 8,
    async play({ openApp, provider, api }) {
      const tab = await openApp()
      await signIn(tab)
      await tab.goto(elsewhere(api.url))
      await sleep(9_000)
      await tab.back()
      await saysTo(tab, 'signed in as ada')
      assert.equal((await call(tab, `${api.url}me`)).status, 200)
      assert.ok(refreshes(provider).every((each) => each.status === 200))
      return revival(tab)
    },
  },
  {
    name: 'back to a page after a sign-out elsewhere',
    async play(world) {
      const { openApp, api } = world
      const tab = await openApp('/notes')
      await signIn(tab)
      await tab.goto(elsewhere(api.url))
      const other = await openApp()
      await until(
        'the other tab is signed in',
        () => status(other),
        (text) => text === 'signed in as ada',
      )
      await signOut(other, world)
      await tab.back()
      await until(
        'signed out',
        () => status(tab),
        (text) => text?.startsWith('signed out') === true,
      )
      assert.deepEqual(await call(tab, `${api.url}me`), { error: 'login_required' })
      return revival(tab)
    },
  },
  {
    name: 'two tabs; a sign-out in one is known in the other at once',
    accessTokenSeconds: 8,
    async play(world) {
      const { openApp, provider, api, home } = world
      const tab = await openApp()
      await signIn(tab)
      const other = await openApp()
      await saysTo(other, 'signed in as ada')
      await sleep(16_000)
      for (const each of [tab, other]) assert.equal((await call(each, `${api.url}me`)).status, 200)
      assert.equal(exchanges(provider).length, home === 'shared-worker' ? 1 : 2)
      assert.ok(refreshes(provider).every((each) => each.status === 200))
      await signOut(tab, world)
      await until(
        'signed out',
        () => status(other),
        (text) => text?.startsWith('signed out') === true,
        5_000,
      )
      assert.deepEqual(await call(other, `${api.url}me`), { error: 'login_required' })
      assert.equal(logged(provider, '/auth').length, home === 'shared-worker' ? 1 : 2)
      return undefined
    },
  },
]
