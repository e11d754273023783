import type { AuthOptions, LoginOptions } from 'latchkey'
import { firstVisit, type Stage } from '../browser.ts'

/** What the last login asked the provider for. */
export const asked = ({ tab }: Stage): URLSearchParams => new URL(tab.departures.at(-1) ?? '').searchParams

/** What `login()` asks the provider for. */
export async function askedBy(options: Partial<AuthOptions>, login?: LoginOptions): Promise<URLSearchParams> {
  const stage = firstVisit({ options })
  await stage.auth.login(login)
  return asked(stage)
}

/** Everything that must be in the request once. */
export const PROTOCOL = [
  'client_id',
  'redirect_uri',
  'response_type',
  'scope',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
]
