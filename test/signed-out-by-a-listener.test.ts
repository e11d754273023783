// @vitest-environment node
import { expect, it, vi } from 'vitest'
import { firstVisit, type Stage } from './browser.ts'
import { advance, settled } from './clock.ts'
import { windowsOpen } from './events/fake-window.ts'

/** An app that lets in some people only, and says so as soon as it hears who it is. */
const turnsAway = ({ auth }: Stage) => auth.subscribe(({ status }) => status === 'signed-in' && void auth.logout())

it('G30 an app that signs out in the very step in which it hears who has signed in: the login ends without an internal error', async () => {
  const stage = firstVisit()
  await stage.auth.start()
  const window = windowsOpen()
  turnsAway(stage)
  const login = stage.auth.login({ mode: 'popup' })
  await settled()
  await window.signIn(stage.provider)
  await login
  expect(stage.auth.state).toEqual({ status: 'signed-out' })
  await advance(20_000)
  expect(vi.getTimerCount()).toBe(0)
})
