// @vitest-environment node
import type { Auth } from 'latchkey'
import { AuthProvider, useAuth } from 'latchkey/react'
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, it, vi } from 'vitest'
import { backFromProvider } from '../browser.ts'
import { advance, settled } from '../clock.ts'
import { listening, typesOf } from './listening.ts'

function Who() {
  const { state, logout } = useAuth()
  if (state.status !== 'signed-in') return <p>{state.status}</p>
  return (
    <button type="button" onClick={() => logout()}>
      {state.session.user.name}
    </button>
  )
}

const shown = ({ auth }: { auth: Auth }) => (
  <AuthProvider auth={auth}>
    <Who />
  </AuthProvider>
)

it('An app in React hands down an auth that tells as any other', async () => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)
  const page = listening(await backFromProvider())
  const place = document.createElement('div')
  document.body.append(place)
  const root = createRoot(place)
  await act(async () => root.render(shown(page)))
  await act(async () => {
    await page.auth.start()
  })
  await act(() => advance(600_000))
  expect(place.textContent).toBe('Ada Lovelace')
  await act(async () => {
    place.querySelector('button')?.click()
    await settled()
  })
  expect(place.textContent).toBe('signed-out')
  expect([...new Set(typesOf(page))]).toEqual(['session_restored', 'refreshed', 'ended'])
  await act(async () => root.unmount())
})
