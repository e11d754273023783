// @vitest-environment node
import type { Auth } from 'latchkey'
import { AuthProvider, useAuth as useReactAuth } from 'latchkey/react'
import { authPlugin, useAuth as useVueAuth } from 'latchkey/vue'
import { act, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { describe, expect, it, vi } from 'vitest'
import { createRenderer, defineComponent } from 'vue'
import { signedIn } from './browser.ts'
import { type Count, counting } from './counting.ts'

const A_THOUSAND = 1_000
const ONE_MINUTE = 60_000

/** The same client, and how many listen to it. */
function counted(auth: Auth) {
  let listening = 0
  const subscribe: Auth['subscribe'] = (listener) => {
    const stop = auth.subscribe(listener)
    listening += 1
    return () => {
      stop()
      listening -= 1
    }
  }
  const client: Auth = Object.defineProperty({ ...auth, subscribe }, 'state', { get: () => auth.state })
  return { client, listening: () => listening }
}

/** Mounts and unmounts: what is there after each time is what was there after the first, when the framework had set itself up. */
async function mountOften(count: () => Count, listening: () => number, mountAndUnmount: () => Promise<void> | void) {
  await mountAndUnmount()
  const first = count()
  expect(first.listeners).toBe(0)
  for (let life = 0; life < A_THOUSAND; life += 1) {
    await mountAndUnmount()
    expect({ ...count(), listening: listening() }).toEqual({ ...first, listening: 0 })
  }
}

describe('L07 Mounted and unmounted a thousand times', () => {
  it(
    'the React provider leaves nothing that it did not find',
    async () => {
      const { auth, tab, provider } = await signedIn()
      const { client, listening } = counted(auth)
      vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)
      const place = document.createElement('div')
      document.body.append(place)
      let shown = 0
      function Who() {
        if (useReactAuth().state.status === 'signed-in') shown += 1
        return null
      }
      // React listens to the selection from the first root on.
      createRoot(place.cloneNode() as HTMLElement)
      const count = counting(tab)
      await mountOften(count, listening, async () => {
        const root = createRoot(place)
        await act(async () =>
          root.render(
            <StrictMode>
              <AuthProvider auth={client}>
                <Who />
              </AuthProvider>
            </StrictMode>,
          ),
        )
        expect(listening()).toBe(1)
        await act(async () => root.unmount())
      })
      expect(shown).toBeGreaterThan(A_THOUSAND)
      expect(provider.requestsTo('token')).toHaveLength(1)
    },
    ONE_MINUTE,
  )

  it('the Vue plugin leaves nothing that it did not find', async () => {
    const { auth, tab, provider } = await signedIn()
    const { client, listening } = counted(auth)
    let shown = 0
    const Who = defineComponent(() => {
      const { state } = useVueAuth()
      return () => {
        if (state.value.status === 'signed-in') shown += 1
        return null
      }
    })
    // A place to mount to that is no document: Vue looks for one only once, when it is loaded.
    const { createApp } = createRenderer<object, object>({
      insert() {},
      remove() {},
      createElement: () => ({}),
      createText: () => ({}),
      createComment: () => ({}),
      setText() {},
      setElementText() {},
      parentNode: () => null,
      nextSibling: () => null,
      patchProp() {},
    })
    await mountOften(counting(tab), listening, () => {
      const app = createApp(Who).use(authPlugin(client))
      app.mount({})
      expect(listening()).toBe(1)
      app.unmount()
    })
    expect(shown).toBeGreaterThan(A_THOUSAND)
    expect(provider.requestsTo('token')).toHaveLength(1)
  })
})
