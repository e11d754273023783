// @vitest-environment node
import { AuthProvider, useAuth } from 'latchkey/react'
import { act, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { expect, it, vi } from 'vitest'
import { backFromProvider, signedIn } from './browser.ts'
import { advance } from './clock.ts'

let renders = 0

function Who() {
  const { state } = useAuth()
  renders += 1
  return <p>{state.status === 'signed-in' ? `Hello ${state.session.user.name}` : state.status}</p>
}

/** Mounts into the page that the tab shows. */
async function mounted(auth: Parameters<typeof AuthProvider>[0]['auth']) {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)
  const place = document.createElement('div')
  document.body.append(place)
  const root = createRoot(place)
  await act(async () =>
    root.render(
      <StrictMode>
        <AuthProvider auth={auth}>
          <Who />
        </AuthProvider>
      </StrictMode>,
    ),
  )
  return { place, leave: () => act(async () => root.unmount()) }
}

it('StrictMode runs the effect twice and the code is exchanged once', async () => {
  const { auth, provider } = await backFromProvider()
  const { place, leave } = await mounted(auth)
  await act(async () => {
    await auth.start()
  })
  expect(place.textContent).toBe('Hello Ada Lovelace')
  expect(provider.requestsTo('token')).toHaveLength(1)
  await leave()
})

it('a silent refresh renders nothing again; a sign-out does', async () => {
  const { auth, provider } = await signedIn()
  const { place, leave } = await mounted(auth)
  const before = renders
  const requests = provider.requestsTo('token').length
  await act(() => advance(1_800_000))
  expect(provider.requestsTo('token').length).toBeGreaterThan(requests)
  expect(renders).toBe(before)
  await act(async () => {
    await auth.logout()
  })
  expect(place.textContent).toBe('signed-out')
  await leave()
})

it('listens to nothing any more after it has been unmounted a hundred times', async () => {
  const { auth } = await signedIn()
  for (let count = 0; count < 100; count++) await (await mounted(auth)).leave()
  const before = renders
  await auth.logout()
  expect(renders).toBe(before)
})

it('renders on a server as loading, whoever is signed in here', async () => {
  const { auth } = await signedIn()
  const html = renderToString(
    <AuthProvider auth={auth}>
      <Who />
    </AuthProvider>,
  )
  expect(html).toBe('<p>loading</p>')
})

it('says what is missing when there is no provider above', () => {
  expect(() => renderToString(<Who />)).toThrow('useAuth() needs <AuthProvider auth={auth}> above it.')
})
