// @vitest-environment node
import { expect, it } from 'vitest'
import { signedIn } from '../browser.ts'
import { settled } from '../clock.ts'
import { wake } from '../refreshing.ts'

it('J01 an event that wakes the page does not let a login overtake the way to the logout page', async () => {
  const { auth, tab } = await signedIn()
  Object.defineProperty(tab.window().navigator, 'userActivation', {
    value: { isActive: false, hasBeenActive: true },
    configurable: true,
  })
  auth.subscribe((state) => state.status === 'signed-out' && void auth.login())
  const leaving = auth.logout()
  wake(tab, 'online')
  await leaving
  await settled()
  expect(tab.departures.slice(1).map((url) => new URL(url).pathname)).toEqual(['/logout'])
})
