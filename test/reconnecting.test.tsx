// @vitest-environment node

import { AuthProvider, useAuth as useAuthInReact } from 'latchkey/react'
import { breaks } from 'latchkey/testing'
import { authPlugin, useAuth as useAuthInVue } from 'latchkey/vue'
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, it, vi } from 'vitest'
import { createSSRApp } from 'vue'
import { signedIn } from './browser.ts'
import { advance, settled } from './clock.ts'
import { renewalOf } from './refreshing.ts'

function Reconnecting() {
  const { state, retry } = useAuthInReact()
  if (state.status !== 'signed-in' || state.renewal.status !== 'degraded') return null
  return (
    <button type="button" onClick={retry}>
      Reconnecting… Try again
    </button>
  )
}

it('G13 React: a banner says that renewing fails, its button asks again, and it goes away', async () => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)
  const { auth, provider } = await signedIn()
  const place = document.createElement('div')
  document.body.append(place)
  const root = createRoot(place)
  await act(async () =>
    root.render(
      <AuthProvider auth={auth}>
        <Reconnecting />
      </AuthProvider>,
    ),
  )
  provider.faults.token.always(breaks)
  await act(() => advance(601_000))
  expect(place.textContent).toBe('Reconnecting… Try again')
  provider.faults.token.never()
  await act(async () => {
    await advance(1_000)
    place.querySelector('button')?.click()
    await settled()
  })
  expect(place.textContent).toBe('')
  await act(async () => root.unmount())
})

it('G13 Vue: the same', async () => {
  const { auth, provider } = await signedIn()
  const app = createSSRApp({}).use(authPlugin(auth))
  const { state, retry } = app.runWithContext(useAuthInVue)
  provider.faults.token.always(breaks)
  await advance(601_000)
  expect(renewalOf(state.value)).toBe('degraded')
  provider.faults.token.never()
  await advance(1_000)
  retry()
  await settled()
  expect(renewalOf(state.value)).toBe('fresh')
})
