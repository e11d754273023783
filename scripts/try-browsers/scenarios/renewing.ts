import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { exchanges, logged, refreshes } from '../../../e2e/world/requests.ts'
import { call, callOnceDegraded, expiryOf, renewalIs, renewedSince, stateOf, status, told } from '../page.ts'
import { signIn } from '../person.ts'
import type { Scenario } from '../scenario.ts'
import { until } from '../until.ts'

const statuses = (entries: readonly { readonly status: number }[]) => entries.map((each) => each.status)
const PASSED = ['signed-in', 'degraded', 'signed-in']

export const renewing: readonly Scenario[] = [
  {
    name: 'refresh by the timer: nobody is told',
    accessTokenSeconds: 8,
    async play({ openApp, provider, api }) {
      const tab = await openApp()
      await signIn(tab)
      await renewedSince(tab, await expiryOf(tab))
      assert.deepEqual(statuses(refreshes(provider)), [200])
      assert.deepEqual(await told(tab), ['signed-in'])
      assert.equal((await call(tab, `${api.url}me`)).status, 200)
      return undefined
    },
  },
  {
    name: 'a tab in the background for three lives of its token',
    accessTokenSeconds: 8,
    async play({ openApp, provider, api }) {
      const tab = await openApp()
      await signIn(tab)
      const bringBack = await tab.hide()
      await sleep(24_000)
      const visibility = await tab.run(() => document.visibilityState)
      const count = refreshes(provider).length
      const outcome = await call(tab, `${api.url}me`)
      await bringBack()
      assert.equal(outcome.status, 200)
      assert.equal((await call(tab, `${api.url}me`)).status, 200)
      assert.ok(statuses(refreshes(provider)).every((each) => each === 200))
      assert.deepEqual(await told(tab), ['signed-in'])
      return `${visibility}, ${count} refreshes`
    },
  },
  {
    name: 'provider down: calls go on, it recovers by itself',
    accessTokenSeconds: 12,
    async play({ openApp, provider, api }) {
      const tab = await openApp()
      await signIn(tab)
      await call(tab, `${api.url}me`)
      const expiry = await expiryOf(tab)
      provider.control.play('down', 600)
      assert.equal(await callOnceDegraded(tab, `${api.url}me`), 200)
      provider.control.play('down', 0)
      await renewedSince(tab, expiry)
      assert.deepEqual(await told(tab), PASSED)
      assert.equal((await call(tab, `${api.url}me`)).status, 200)
      return undefined
    },
  },
  {
    name: 'provider down past the end of the token: calls wait, then reject; retry() mends it',
    accessTokenSeconds: 8,
    options: { patience: 1_000 },
    async play({ openApp, provider, api, echo }) {
      const tab = await openApp()
      await signIn(tab)
      const expiry = await expiryOf(tab)
      provider.control.play('down', 600)
      await renewalIs(tab, 'degraded')
      await until(
        'the token is over',
        () => tab.run(() => Date.now()),
        (now) => now > expiry,
      )
      assert.deepEqual(await call(tab, `${echo.origin}/echo`), { error: 'network' })
      assert.deepEqual(echo.calls, [])
      assert.equal(await status(tab), 'signed in as ada')
      provider.control.play('down', 0)
      await tab.run(() => window.harness.auth.retry())
      await renewedSince(tab, expiry, 5_000)
      assert.deepEqual(await told(tab), PASSED)
      assert.equal((await call(tab, `${api.url}me`)).status, 200)
      return undefined
    },
  },
  {
    name: 'a call finds the token over, and the provider back',
    accessTokenSeconds: 8,
    options: { patience: 0 },
    async play({ openApp, provider, api }) {
      const tab = await openApp()
      await signIn(tab)
      const expiry = await expiryOf(tab)
      provider.control.play('down', 600)
      await until(
        'the token is over',
        () => tab.run(() => Date.now()),
        (now) => now > expiry,
      )
      provider.control.play('down', 0)
      await until(
        'a call is answered',
        () => call(tab, `${api.url}me`),
        (outcome) => outcome.status === 200,
        75_000,
      )
      assert.deepEqual(await told(tab), PASSED)
      return undefined
    },
  },
  {
    name: 'a lost answer: still signed in',
    accessTokenSeconds: 8,
    async play({ openApp, provider, api }) {
      const tab = await openApp()
      await signIn(tab)
      const expiry = await expiryOf(tab)
      provider.control.play('lost', 600)
      await renewedSince(tab, expiry)
      assert.deepEqual(await told(tab), PASSED)
      // The one that was lost, the one that found it spent, and the code from the frame.
      assert.deepEqual(statuses(refreshes(provider)), [200, 400])
      assert.equal(exchanges(provider).length, 2)
      assert.equal((await call(tab, `${api.url}me`)).status, 200)
      return undefined
    },
  },
  {
    name: 'provider stopped and started; "online" brings it back at once',
    accessTokenSeconds: 8,
    async play({ openApp, providerSwitch, provider, api }) {
      const tab = await openApp()
      await signIn(tab)
      const expiry = await expiryOf(tab)
      await providerSwitch.stop()
      await renewalIs(tab, 'degraded')
      await sleep(5_000)
      assert.equal(await status(tab), 'signed in as ada')
      await providerSwitch.start()
      await tab.run(() => void dispatchEvent(new Event('online')))
      await renewedSince(tab, expiry, 5_000)
      assert.deepEqual(await told(tab), PASSED)
      assert.deepEqual(statuses(refreshes(provider)), [200])
      assert.equal((await call(tab, `${api.url}me`)).status, 200)
      return undefined
    },
  },
  {
    name: 'really offline, and online again',
    accessTokenSeconds: 8,
    obstacle: ({ setOffline }) => (setOffline ? undefined : 'the driver cannot take the network away'),
    async play({ openApp, browser, api, providerSwitch }) {
      const tab = await openApp()
      await signIn(tab)
      const expiry = await expiryOf(tab)
      await browser.setOffline?.(true)
      // No driver takes it away from all that a browser runs, and from connections that are open.
      await providerSwitch.stop()
      try {
        await renewalIs(tab, 'degraded')
        assert.equal(await tab.run(() => navigator.onLine), false)
        await sleep(5_000)
        assert.deepEqual(await call(tab, `${api.url}me`), { error: 'network' })
        assert.equal(await status(tab), 'signed in as ada')
      } finally {
        await providerSwitch.start()
        await browser.setOffline?.(false)
      }
      await renewedSince(tab, expiry, 5_000)
      assert.deepEqual(await told(tab), PASSED)
      assert.equal((await call(tab, `${api.url}me`)).status, 200)
      return undefined
    },
  },
  {
    name: '429 with Retry-After: nobody asks before, whatever the app does',
    accessTokenSeconds: 8,
    async play({ openApp, provider, api }) {
      const tab = await openApp()
      await signIn(tab)
      const expiry = await expiryOf(tab)
      provider.control.play('busy', 12)
      await renewalIs(tab, 'degraded')
      for (let times = 0; times < 5; times += 1) {
        await tab.run(() => {
          window.harness.auth.retry()
          dispatchEvent(new Event('online'))
        })
        await sleep(200)
      }
      await renewedSince(tab, expiry, 40_000)
      // Not a second 429: it was asked once more, and only when it was ready.
      assert.deepEqual(statuses(logged(provider, '/token').slice(1)), [429, 200])
      assert.deepEqual(await told(tab), PASSED)
      assert.equal((await call(tab, `${api.url}me`)).status, 200)
      return undefined
    },
  },
  {
    name: 'the refresh token is refused: signed out once, with a reason',
    accessTokenSeconds: 8,
    options: { restore: [] },
    async play({ openApp, provider, api }) {
      const tab = await openApp()
      await signIn(tab)
      provider.control.play('lost', 600)
      await until(
        'it is over',
        () => told(tab),
        (words) => words.includes('signed-out'),
        40_000,
      )
      assert.deepEqual(await told(tab), ['signed-in', 'degraded', 'signed-out'])
      const state = await stateOf(tab)
      assert.equal(state.status, 'signed-out')
      assert.equal(await status(tab), 'signed out: login_required')
      assert.deepEqual(await call(tab, `${api.url}me`), { error: 'login_required' })
      const asked = provider.log.entries().length
      await sleep(8_000)
      assert.equal(provider.log.entries().length, asked)
      return undefined
    },
  },
]
