import { expect } from 'vitest'
import type { Stage } from '../browser.ts'
import { expectSignedOut } from '../outcome.ts'

export const RESPONSE = /[?&](code|state|iss|error|error_description|error_uri|session_state|response)=/

/** The response is refused before anything is asked of the provider, is gone from the URL, and sends nobody anywhere. */
export async function expectRefusedCallback(stage: Stage): Promise<void> {
  const departures = stage.tab.departures.length
  expectSignedOut(await stage.auth.start(), 'callback_invalid')
  expect(stage.provider.requestsTo('token')).toEqual([])
  expect(stage.tab.url()).not.toMatch(RESPONSE)
  expect(stage.tab.departures).toHaveLength(departures)
}
