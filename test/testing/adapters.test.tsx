import { AuthProvider, useAuth as useReactAuth } from 'latchkey/react'
import { createTestAuth, GRACE, type TestAuth } from 'latchkey/testing'
import { authPlugin, useAuth as useVueAuth } from 'latchkey/vue'
import { act, StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, defineComponent, h, nextTick, ref } from 'vue'

const API = 'https://api.example.com/notes'
const notes = () => Response.json(['Buy a loom'])

let place: HTMLElement
let leave: () => unknown

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)
  place = document.body.appendChild(document.createElement('div'))
})

afterEach(async () => {
  await leave()
  place.remove()
})

function ReactNotes() {
  const { state, login, logout, authFetch } = useReactAuth()
  const [shown, setShown] = useState('')
  if (state.status === 'loading') return <p>One moment</p>
  if (state.status === 'signed-out')
    return (
      <>
        <p>{state.reason ? `Sorry: ${state.reason.code}` : 'Welcome'}</p>
        <button type="button" onClick={() => login({ returnTo: '/notes' }).catch(({ code }) => setShown(code))}>
          Sign in
        </button>
        <p>{shown}</p>
      </>
    )
  const load = () =>
    authFetch(API).then(
      (response) => response.text(),
      ({ code }) => code,
    )
  return (
    <>
      <p>Hello {state.session.user.name}</p>
      <button type="button" onClick={() => load().then(setShown)}>
        Load
      </button>
      <button type="button" onClick={() => logout()}>
        Sign out
      </button>
      <p>{shown}</p>
    </>
  )
}

const VueNotes = defineComponent(() => {
  const { state, login, logout, authFetch } = useVueAuth()
  const shown = ref('')
  const show = (text: string) => {
    shown.value = text
  }
  const load = () =>
    authFetch(API).then(
      (response) => response.text(),
      ({ code }) => code,
    )
  return () => {
    const now = state.value
    if (now.status === 'loading') return h('p', 'One moment')
    if (now.status === 'signed-out')
      return [
        h('p', now.reason ? `Sorry: ${now.reason.code}` : 'Welcome'),
        h('button', { onClick: () => login({ returnTo: '/notes' }).catch(({ code }) => show(code)) }, 'Sign in'),
        h('p', shown.value),
      ]
    return [
      h('p', `Hello ${now.session.user.name}`),
      h('button', { onClick: () => load().then(show) }, 'Load'),
      h('button', { onClick: () => logout() }, 'Sign out'),
      h('p', shown.value),
    ]
  }
})

/** Each shows the same app and lets everything come to rest after a step. */
const ADAPTERS = {
  async react(auth: TestAuth) {
    const root = createRoot(place)
    leave = () => act(async () => root.unmount())
    const app = (
      <StrictMode>
        <AuthProvider auth={auth}>
          <ReactNotes />
        </AuthProvider>
      </StrictMode>
    )
    await act(async () => root.render(app))
    return (step: () => unknown) => act(async () => void (await step()))
  },
  async vue(auth: TestAuth) {
    const app = createApp(VueNotes).use(authPlugin(auth))
    leave = () => app.unmount()
    app.mount(place)
    return async (step: () => unknown) => {
      await step()
      await nextTick()
    }
  },
}

const press = (name: string) => {
  const button = [...place.querySelectorAll('button')].find(({ textContent }) => textContent === name)
  if (!button) throw new Error(`There is no button "${name}" in ${place.innerHTML}`)
  button.click()
}

describe.each(['react', 'vue'] as const)('With latchkey/%s a test auth', (adapter) => {
  const mounted = ADAPTERS[adapter]

  it('shows who is signed in at once, and follows what happens', async () => {
    const auth = createTestAuth()
    const during = await mounted(auth)
    expect(place.textContent).toContain('Hello Ada Lovelace')
    await during(() => auth.signIn(GRACE))
    expect(place.textContent).toContain('Hello Grace Hopper')
    await during(() => auth.expire())
    expect(place.textContent).toContain('Sorry: login_required')
  })

  it('loads until it is decided who is there', async () => {
    const auth = createTestAuth({ status: 'loading' })
    const during = await mounted(auth)
    expect(place.textContent).toBe('One moment')
    await during(() => auth.signOut())
    expect(place.textContent).toContain('Welcome')
  })

  it('hears the buttons', async () => {
    const auth = createTestAuth({ respond: notes })
    const during = await mounted(auth)
    await during(() => press('Load'))
    await vi.waitFor(async () => {
      await during(() => {})
      expect(place.textContent).toContain('Buy a loom')
    })
    await during(() => press('Sign out'))
    expect(auth.logouts()).toBe(1)
    await during(() => press('Sign in'))
    expect(auth.logins).toEqual([{ returnTo: '/notes' }])
  })

  it('fails where it is told to', async () => {
    const auth = createTestAuth({ status: 'signed-out' })
    auth.failures.login.once('network')
    const during = await mounted(auth)
    await during(() => press('Sign in'))
    await vi.waitFor(async () => {
      await during(() => {})
      expect(place.textContent).toContain('network')
    })
    expect(auth.logins).toEqual([])
  })
})
