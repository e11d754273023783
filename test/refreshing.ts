import type { AuthState } from 'latchkey'
import type { SeenRequest } from 'latchkey/testing'
import { type Script, type Stage, signedIn } from './browser.ts'
import { sleep } from './clock.ts'
import type { Tab } from './tab.ts'

export const refreshesAt = ({ provider }: Stage): SeenRequest[] =>
  provider.requestsTo('token').filter(({ form }) => form.get('grant_type') === 'refresh_token')

export function wake(tab: Tab, event = 'online'): void {
  const window = tab.window()
  const target = event === 'visibilitychange' ? window.document : window
  target.dispatchEvent(new window.Event(event, { bubbles: true }))
}

export function watch({ auth }: Stage): AuthState[] {
  const seen: AuthState[] = []
  auth.subscribe((state) => seen.push(state))
  return seen
}

/** How it stands with the tokens, or that there are none. */
export const renewalOf = (state: AuthState) => (state.status === 'signed-in' ? state.renewal.status : state.status)

/** Signed in, and the token's end is here without a refresh before it: as after sleep. */
export async function atExpiry(script?: Script): Promise<Stage> {
  const stage = await signedIn(script)
  sleep(601_000)
  return stage
}
