// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { signedIn } from '../browser.ts'
import { advance, settled } from '../clock.ts'

describe('A logout that is asked for twice', () => {
  it('J01 a double click is one logout: both hear that the provider is told', async () => {
    const { auth, tab } = await signedIn()
    expect(await Promise.all([auth.logout(), auth.logout()])).toEqual(['provider', 'provider'])
    expect(tab.departures.slice(1)).toHaveLength(1)
  })

  it('J01 a second click does not let an app that answers a sign-out with a login overtake the way to the logout page', async () => {
    const { auth, tab } = await signedIn()
    await auth.logout()
    await auth.logout()
    await auth.login()
    await settled()
    expect(tab.departures.slice(1).map((url) => new URL(url).pathname)).toEqual(['/logout'])
  })

  it('J01 one that was stopped on its way (Escape, "stay on this page") leaves login() usable', async () => {
    const { auth, tab } = await signedIn()
    await auth.logout()
    await advance(60_000)
    await auth.login()
    expect(new URL(tab.departures.at(-1) ?? '').pathname).toBe('/authorize')
  })
})
