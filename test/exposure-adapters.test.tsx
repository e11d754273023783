// @vitest-environment node
import { AuthProvider, useAuth as useReactAuth } from 'latchkey/react'
import { authPlugin, useAuth as useVueAuth } from 'latchkey/vue'
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { expect, it, vi } from 'vitest'
import { createSSRApp, defineComponent, h, reactive } from 'vue'
import { renderToString as renderVueToString } from 'vue/server-renderer'
import { API } from './api-calls.ts'
import { signedIn } from './browser.ts'
import { advance } from './clock.ts'
import { leaksIn } from './leaks.ts'

/** All texts that can be reached by reading properties, as devtools and state persisters do. */
function textsReachableFrom(start: object): Set<string> {
  const seen = new Set<unknown>()
  const texts = new Set<string>()
  for (const queue: unknown[] = [start]; queue.length > 0; ) {
    const part = queue.pop()
    if (typeof part === 'string') texts.add(part)
    if ((typeof part !== 'object' && typeof part !== 'function') || part === null || seen.has(part)) continue
    seen.add(part)
    for (const name of trying(() => Reflect.ownKeys(part)) ?? []) {
      texts.add(String(name))
      queue.push(trying(() => Reflect.get(part, name)))
    }
    if (part instanceof Map || part instanceof Set) queue.push(...part.keys(), ...part.values())
  }
  return texts
}

/** Some getters of a document want another receiver. */
function trying<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

it('I13 React holds no token: not in what it renders, its fibres, its hooks or its context', async () => {
  const { auth, provider } = await signedIn()
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)
  const place = document.createElement('div')
  document.body.append(place)
  const root = createRoot(place)
  function Who() {
    const { state, authFetch } = useReactAuth()
    return <button type="button" onClick={() => authFetch(API)} data-state={JSON.stringify(state)} />
  }
  const app = (
    <AuthProvider auth={auth}>
      <Who />
    </AuthProvider>
  )
  await act(async () => root.render(app))
  await act(async () => {
    await auth.authFetch(API)
    await advance(600_000)
  })
  const texts = textsReachableFrom(place)
  expect([...texts].some((text) => text.includes('Ada Lovelace'))).toBe(true)
  expect(leaksIn([...texts].join('\n'), provider.secrets)).toEqual([])
  expect(leaksIn([place.outerHTML, renderToString(app)], provider.secrets)).toEqual([])
  await act(async () => root.unmount())
})

it('I13 Vue holds no token: not in what it renders, its instances, or a store that makes everything reactive', async () => {
  const { auth, provider } = await signedIn()
  const Who = defineComponent(() => {
    const client = useVueAuth()
    const store = reactive({ client, state: client.state })
    return () => h('pre', JSON.stringify(store))
  })
  const app = createSSRApp(Who).use(authPlugin(auth))
  await advance(600_000)
  const html = await renderVueToString(app)
  expect(html).toContain('Ada Lovelace')
  expect(leaksIn(html, provider.secrets)).toEqual([])
  const texts = textsReachableFrom(app)
  expect([...texts].some((text) => text.includes('Ada Lovelace'))).toBe(true)
  expect(leaksIn([...texts].join('\n'), provider.secrets)).toEqual([])
})
