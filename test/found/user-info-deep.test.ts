// @vitest-environment node
import { answers } from 'latchkey/testing'
import { describe, expect, it } from 'vitest'
import { signedIn } from '../browser.ts'
import { expectRefusal } from '../outcome.ts'

const DEEP = 200_000

describe('UserInfo', () => {
  it('D45, H34 an answer that is nested without end is provider_invalid, no RangeError', async () => {
    const { auth, provider } = await signedIn()
    const body = `{"sub":"ada","x":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`
    provider.faults.userInfo.always(answers(200, body))
    await expectRefusal(auth.userInfo(), 'provider_invalid')
    expect(auth.state.status).toBe('signed-in')
  })
})
