// @vitest-environment node
import { authPlugin, useAuth } from 'latchkey/vue'
import { expect, it } from 'vitest'
import { createSSRApp, defineComponent, h, isReactive, nextTick } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { backFromProvider, signedIn } from './browser.ts'
import { leaksIn } from './leaks.ts'

const Who = defineComponent(() => {
  const { state } = useAuth()
  return () =>
    h('p', state.value.status === 'signed-in' ? `Hello ${state.value.session.user.name}` : state.value.status)
})

/** Components need no document to be told of a change: what they would show is what the server renderer writes. */
const shown = (auth: Parameters<typeof authPlugin>[0]) => renderToString(createSSRApp(Who).use(authPlugin(auth)))

it('the plugin finishes the login, and components show who it is', async () => {
  const { auth, provider } = await backFromProvider()
  expect(await shown(auth)).toBe('<p>loading</p>')
  await auth.start()
  expect(await shown(auth)).toBe('<p>Hello Ada Lovelace</p>')
  expect(provider.requestsTo('token')).toHaveLength(1)
})

it('the ref follows the state, is not made deeply reactive and holds no token', async () => {
  const { auth, provider } = await signedIn()
  const app = createSSRApp(Who).use(authPlugin(auth))
  const { state } = app.runWithContext(useAuth)
  expect(state.value).toBe(auth.state)
  expect(isReactive(state.value)).toBe(false)
  expect(leaksIn([state, app.runWithContext(useAuth)], provider.secrets)).toEqual([])
  await auth.logout()
  await nextTick()
  expect(state.value).toEqual({ status: 'signed-out' })
})

it('says what is missing when the plugin is not installed', () => {
  expect(() => createSSRApp(Who).runWithContext(useAuth)).toThrow('useAuth() needs app.use(authPlugin(auth)).')
})
