import assert from 'node:assert/strict'
import { exchanges, logged } from '../../../e2e/world/requests.ts'
import { call, saysTo, status } from '../page.ts'
import { fillIn, signIn, signOut } from '../person.ts'
import type { Scenario } from '../scenario.ts'
import { until } from '../until.ts'

export const signingIn: readonly Scenario[] = [
  {
    name: 'sign in, by the page',
    async play({ openApp, provider, api, origin, home }) {
      const tab = await openApp('/notes/7?sort=new#top')
      assert.equal(await status(tab), 'signed out')
      assert.deepEqual(provider.log.entries(), [])
      await signIn(tab)
      assert.equal(await tab.run(() => location.href), `${origin}/notes/7?sort=new#top`)
      assert.equal(await tab.run(() => window.harness.auth.home), home)
      assert.equal((await call(tab, `${api.url}me`)).status, 200)
      assert.equal(exchanges(provider).length, 1)
      return undefined
    },
  },
  {
    name: 'sign in, by a window',
    async play({ openApp, provider, api }) {
      const tab = await openApp('/notes/7')
      await tab.run(() => {
        const button = document.createElement('button')
        button.textContent = 'Stay here'
        button.onclick = () => {
          document.title = 'under way'
          window.harness.auth.login({ mode: 'popup' }).then(
            () => {
              document.title = 'done'
            },
            (error) => {
              document.title = error.code
            },
          )
        }
        document.body.append(button)
      })
      const popup = await tab.opened(() => tab.press('Stay here'))
      // The window may be gone before its driver has heard of the click.
      await fillIn(popup).catch(() => {})
      await saysTo(tab, 'signed in as ada')
      await until('the window closes', () => popup.isClosed())
      assert.equal(await tab.run(() => document.title), 'done')
      assert.equal(await tab.run(() => window.boots), 1)
      assert.equal((await call(tab, `${api.url}me`)).status, 200)
      assert.equal(logged(provider, '/auth').length, 1)
      return undefined
    },
  },
  {
    name: 'sign out',
    async play(world) {
      const { openApp, provider, api } = world
      const tab = await openApp()
      await signIn(tab)
      await signOut(tab, world)
      await until('the refresh token is revoked', () => logged(provider, '/token/revocation').length === 1)
      assert.deepEqual(await call(tab, `${api.url}me`), { error: 'login_required' })
      provider.log.clear()
      await tab.reload()
      await saysTo(tab, 'signed out')
      assert.deepEqual(provider.log.entries(), [])
      return undefined
    },
  },
]
