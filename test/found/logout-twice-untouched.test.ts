// @vitest-environment node
import { expect, it } from 'vitest'
import { signedIn } from '../browser.ts'
import { settled } from '../clock.ts'

it('J01 a second logout() does not let a login that nobody clicked for overtake the way to the logout page', async () => {
  const { auth, tab } = await signedIn()
  Object.defineProperty(tab.window().navigator, 'userActivation', {
    value: { isActive: false, hasBeenActive: true },
    configurable: true,
  })
  await auth.logout()
  await auth.logout()
  await auth.login()
  await settled()
  expect(tab.departures.slice(1).map((url) => new URL(url).pathname)).toEqual(['/logout'])
})
