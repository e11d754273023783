import { PASSWORD } from '../../demo/provider/people.ts'
import type { Tab } from './engines/engine.ts'
import { saysTo } from './page.ts'
import { until } from './until.ts'
import type { World } from './world.ts'

/** At the provider, which asks who it is. */
export async function fillIn(tab: Tab, username = 'ada'): Promise<void> {
  await tab.fill('User name', username)
  await tab.fill('Password', PASSWORD)
  await tab.press('Sign in')
}

/** From the app, through the provider, and back. */
export async function signIn(tab: Tab): Promise<void> {
  await tab.press('Sign in')
  await fillIn(tab)
  await saysTo(tab, 'signed in as ada')
}

/** From the app, by the provider, and back. A worker does not give the ID token away, so the provider wants to be sure. */
export async function signOut(tab: Tab, { home }: World): Promise<void> {
  await tab.press('Sign out')
  if (home !== 'page') {
    await until(
      'the provider asks',
      () => tab.run(() => document.title),
      (title) => title.startsWith('Sign out?'),
    )
    await tab.press('Sign out')
  }
  await saysTo(tab, 'signed out')
}
