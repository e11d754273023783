// @vitest-environment node
import { expect, it } from 'vitest'
import { signedIn } from '../browser.ts'
import { refusal } from '../outcome.ts'

it.each([Object.create(null), { toString: 1, valueOf: 1 }, { toString: () => ({}) }])(
  'authFetch refuses what can be no URL, and not with a bare TypeError',
  async (input) => {
    const { auth } = await signedIn()
    expect((await refusal(auth.authFetch(input as RequestInfo))).code).toBe('configuration')
  },
)
